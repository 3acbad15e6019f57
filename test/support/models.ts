/** Tiny models with a manifest, in a folder or a map, for tests. */
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { TASKS } from '@zoidberg/core/contract/labels.ts'
import { checksum, toJson } from '@zoidberg/core/files.ts'
import { PREPROCESSING, SHARP_VERSION } from '@zoidberg/core/image.ts'
import type { Manifest } from '@zoidberg/core/manifest.ts'
import { type ExportOptions, exportGraph } from '@zoidberg/training/graph/export.ts'
import { mergeGraphs } from '@zoidberg/training/graph/merge.ts'

export function manifestFor(
  id: string,
  side: number,
  task: keyof typeof TASKS = 'binary',
  files: Manifest['files'] = [],
): Manifest {
  return {
    schema: 1,
    id,
    createdAt: '2026-11-23T00:00:00.000Z',
    task,
    labels: [...TASKS[task]],
    input: { height: side, width: side, preprocessing: PREPROCESSING, sharp: SHARP_VERSION },
    outputs: { probabilities: 'probabilities' },
    operatingPoints: {
      balanced: { threshold: 0.5, sensitivity: 0.9, specificity: 0.9, default: true, rule: 'test' },
      screening: { threshold: 0.1, sensitivity: 0.98, specificity: 0.5, rule: 'test' },
    },
    calibration: { method: 'temperature', temperature: 1 },
    metrics: {},
    files,
    training: {
      command: 'test',
      runId: id,
      model: 'test',
      dataset: { fingerprint: 'none', images: 0, synthetic: true },
      seed: 1,
      hyperparameters: {},
      versions: {},
    },
  }
}

/** One network, or several that are averaged, as a graph model. */
export function graphOf(
  members: LayersModel[],
  options: ExportOptions = {},
): [name: string, bytes: Uint8Array][] {
  const graphs = members.map((member) => exportGraph(member, options))
  return graphs.length === 1 ? graphs[0] : mergeGraphs(graphs.map((files) => new Map(files)))
}

/** All files of a publishable model, by name. */
export function modelFiles(
  id: string,
  members: LayersModel[],
  options: { task?: keyof typeof TASKS; float16?: boolean } = {},
): Map<string, Uint8Array> {
  const files = graphOf(members, options)
  const listed = files.map(([name, bytes]) => ({ name, size: bytes.length, crc32c: checksum(bytes) }))
  const manifest = manifestFor(id, members[0].inputs[0].shape[1] as number, options.task, listed)
  if (members[0].outputs.length > 1) manifest.outputs.activationMap = 'activation_map'
  return new Map([...files, ['manifest.json', Buffer.from(toJson(manifest))]])
}

export const readerOf = (files: Map<string, Uint8Array>) => async (name: string) => {
  const bytes = files.get(name)
  if (!bytes) throw new Error(`${name} is missing`)
  return bytes
}
