/** What admins are told of what lies in the bucket. */
import type { Card } from './card.ts'
import type { RunEpoch } from './run.ts'

/** @property at when it was published, ISO 8601 */
export type ListedModel = { id: string; at: string }

/**
 * @property at when the newest of its images came, ISO 8601
 * @property classes images by the first folder that is no part
 */
export type ListedDataset = { name: string; images: number; at: string; classes: Record<string, number> }

/**
 * A published model.
 *
 * @property lineage how to make it again
 * @property history of each epoch; empty where the model was published without
 * @property report HTML, where it was asked for and is there
 */
export type ModelDetails = {
  card: Card
  lineage: {
    command: string
    runId: string
    model: string
    seed: number
    hyperparameters: Record<string, unknown>
    versions: Record<string, string>
  }
  history: Pick<RunEpoch, 'epoch' | 'loss' | 'valLoss'>[]
  report?: string
}
