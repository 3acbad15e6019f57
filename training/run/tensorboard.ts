/** A run's curves as TensorBoard reads them: `tensorboard --logdir RUN`. */
import { join } from 'node:path'
import { checksum } from '@zoidberg/core/files.ts'
import { type Field, message } from '@zoidberg/core/protobuf.ts'
import type { EpochRecord, History } from '../train/history.ts'
import { replaceFile } from './folder.ts'

/** TensorBoard looks for `tfevents` in a name, and sorts by it. */
const FILE = 'events.out.tfevents.0.zoidberg'

/** Tags with the same first word share a section. */
const SCALARS: Record<string, (record: EpochRecord) => number> = {
  'loss/training': ({ loss }) => loss,
  'loss/validation': ({ valLoss }) => valLoss,
  'accuracy/training': ({ accuracy }) => accuracy,
  'accuracy/validation': ({ valAccuracy }) => valAccuracy,
  'pace/learning rate': ({ learningRate }) => learningRate,
  'pace/images per second': ({ imagesPerSecond }) => imagesPerSecond,
}

/**
 * Writes the event file of a run anew.
 *
 * @param run an existing folder
 * @param history every epoch so far, the last of which has just ended
 */
export async function writeEvents(run: string, history: History): Promise<void> {
  const seconds = history.reduce((sum, record) => sum + record.seconds, 0)
  let at = Date.now() / 1000 - seconds
  const records = [record(event(at, [text(3, 'brain.Event:2')]))]
  for (const epoch of history) {
    at += epoch.seconds
    const values = Object.entries(SCALARS).map(([tag, of]) =>
      inner(1, [text(1, tag), { field: 2, float: of(epoch) }]),
    )
    records.push(record(event(at, [{ field: 2, integer: epoch.epoch }, inner(5, values)])))
  }
  await replaceFile(join(run, FILE), Buffer.concat(records))
}

const text = (field: number, value: string): Field => ({ field, bytes: Buffer.from(value) })
const inner = (field: number, fields: readonly Field[]): Field => ({ field, bytes: message(fields) })

/** github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto; the first field is the time, a double. */
function event(time: number, fields: readonly Field[]): Uint8Array {
  const head = Buffer.alloc(9)
  head.writeUInt8(0x09, 0)
  head.writeDoubleLE(time, 1)
  return Buffer.concat([head, message(fields)])
}

/** A record with its length, both with a checksum: tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details */
function record(bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(bytes.length))
  return Buffer.concat([length, masked(length), bytes, masked(bytes)])
}

function masked(bytes: Uint8Array): Uint8Array {
  const crc = Number.parseInt(checksum(bytes), 16)
  const result = Buffer.alloc(4)
  result.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0)
  return result
}
