import type { Card } from '@zoidberg/core/contract/card.ts'

/** What the callable `readModel` answers. */
export type Details = {
  card: Card
  lineage: {
    command: string
    runId: string
    model: string
    seed: number
    hyperparameters: Record<string, unknown>
    versions: Record<string, string>
  }
  history: { epoch: number; loss: number; valLoss: number }[]
  report?: string
}
