/** The weights that ImageNet gave to EfficientNet-Lite0, from the file that scripts/imagenet-weights.py wrote. */
import { readFile } from 'node:fs/promises'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { fromHalves } from '@zoidberg/core/onnx/weights.ts'

const FILE = new URL('efficientnet-lite0.safetensors', import.meta.url)

/**
 * Reads weights in half precision from a file of github.com/huggingface/safetensors.
 *
 * @returns of each layer by name, its weights in Keras' order, to be disposed by the caller
 */
export async function readImagenet(): Promise<Map<string, Tensor[]>> {
  const bytes = await readFile(FILE)
  const start = 8 + Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >
  const layers = new Map<string, Tensor[]>()
  for (const [
    name,
    {
      shape,
      data_offsets: [from, to],
    },
  ] of Object.entries(header)) {
    const [layer] = name.split('/')
    const halves = new Uint16Array(
      bytes.buffer.slice(bytes.byteOffset + start + from, bytes.byteOffset + start + to),
    )
    layers.set(layer, [...(layers.get(layer) ?? []), tensor(fromHalves(halves), shape)])
  }
  return layers
}
