/** A model that a path names, whatever made it. */
import type { LoadedModel } from '@zoidberg/core/graph/load.ts'
import { isClassicalRun, openClassifier } from '../classical/model.ts'
import { openModel } from '../run/open-model.ts'

/**
 * Opens a network or a classical algorithm.
 *
 * @param path an existing folder, else `gs://…`, else a channel
 * @returns the model, to be disposed by the caller
 * @throws UsageError if the path is none of these
 */
export const openAnyModel = async (path: string): Promise<LoadedModel> =>
  (await isClassicalRun(path)) ? openClassifier(path) : openModel(path)
