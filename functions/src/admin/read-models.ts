/** What admins see of published models, also of those that no channel names. */
import { readChannels } from '@zoidberg/core/channels.ts'
import type { ListedModel, ModelDetails } from '@zoidberg/core/contract/listings.ts'
import { ZoidbergError } from '@zoidberg/core/contract/problems.ts'
import { isPublished, modelPath, readManifest } from '@zoidberg/core/registry.ts'
import type { Store } from '@zoidberg/core/store.ts'
import type { Firestore } from 'firebase-admin/firestore'
import { toCard } from '../service/cards.ts'
import { namedModels } from '../service/named-models.ts'

const MANIFEST = /^models\/([^/]+)\/manifest\.json$/

/** @returns the published models, the newest first */
export async function listModels(store: Pick<Store, 'list'>): Promise<{ models: ListedModel[] }> {
  const objects = await store.list('models/')
  const models = objects.flatMap(({ path, updated }) => {
    const id = path.match(MANIFEST)?.[1]
    return id ? [{ id, updated }] : []
  })
  const newestFirst = models.sort((a, b) => b.updated - a.updated)
  return { models: newestFirst.map(({ id, updated }) => ({ id, at: new Date(updated).toISOString() })) }
}

/**
 * @param report whether the report is wanted too, which is large
 * @returns what there is to know of a published model
 * @throws ZoidbergError not-found; Error if the manifest is not valid
 */
export async function readModel(
  firestore: Firestore,
  store: Store,
  { modelId, report }: { modelId: string; report: boolean },
): Promise<ModelDetails> {
  if (!(await isPublished(store, modelId)))
    throw new ZoidbergError('not-found', `There is no published model ${modelId}.`)
  const manifest = await readManifest(store, modelId)
  const named = namedModels(await readChannels(firestore))
  const { images: _, dataset: __, ...lineage } = manifest.training
  const history = await textOf(store, modelPath(modelId, 'report/history.json'))
  return {
    card: toCard(manifest, named.get(modelId) ?? []),
    lineage,
    history: history ? JSON.parse(history) : [],
    ...(report ? { report: await textOf(store, modelPath(modelId, 'report/report.html')) } : {}),
  }
}

async function textOf(store: Store, path: string): Promise<string | undefined> {
  return (await store.exists(path)) ? new TextDecoder().decode(await store.read(path)) : undefined
}
