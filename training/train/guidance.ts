/**
 * Guided attention (Li et al. 2018, "Tell me where to look"): a network may find pneumonia where it likes, as long as its
 * activation map lies in the lungs. Ours are a template that follows each augmented copy.
 */
import {
  image,
  oneHot,
  type Scalar,
  type Tensor1D,
  type Tensor3D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Size } from '@zoidberg/core/image.ts'
import { type Affine, resample } from '../augmentation/augmentation.ts'
import { cellsOf } from '../map-grid.ts'

/** Where lungs are in the images of a data set, and the grid of the network's activation map. */
export type Guide = { lungs: Uint8Array; map: Size }

/**
 * The template for images of one size, ready to go through many geometries.
 *
 * @param size of the template
 * @returns writes into `into` how much of each cell of the map is lung, once the template went through an image's geometry
 */
export function followLungs({ lungs, map }: Guide, size: Size): (affine: Affine, into: Float32Array) => void {
  const cells = cellsOf(size, map)
  const pixels = new Float32Array(map.height * map.width)
  for (const cell of cells) pixels[cell]++
  const moved = new Float32Array(lungs.length)
  return (affine, into) => {
    resample(lungs, size, affine, moved)
    into.fill(0)
    moved.forEach((share, i) => (into[cells[i]] += share))
    into.forEach((sum, cell) => (into[cell] = sum / pixels[cell]))
  }
}

/** Mean evidence of a cell, in logits, below which it hardly matters where it lies. */
const FAINT = 0.01

/**
 * Minus the logarithm of the share of the evidence for the sample's own kind, against NORMAL, that lies in the lungs;
 * 0 for normal samples. Mean over the batch.
 *
 * @param maps logits, `[batch, height, width, classes]`
 * @param lungs shares in [0, 1], `[batch, any height, any width]`
 * @param labels class indices, 0 is NORMAL
 */
export function guidanceLoss(maps: Tensor4D, lungs: Tensor3D, labels: Tensor1D): Scalar {
  return tidy(() => {
    const [batch, height, width, classes] = maps.shape
    const own = oneHot(labels, classes).toFloat().reshape([batch, 1, 1, classes])
    const normal = maps.slice([0, 0, 0, 0], [-1, -1, -1, 1]).squeeze([3])
    const evidence = maps.mul(own).sum(3).sub(normal).relu()
    const faint = FAINT * height * width
    const onMap = image.resizeBilinear(lungs.expandDims<Tensor4D>(3), [height, width], false, true)
    const inside = evidence
      .mul(onMap.squeeze([3]))
      .sum([1, 2])
      .add(faint)
    return inside
      .div(evidence.sum([1, 2]).add(faint))
      .log()
      .mean()
      .neg() as Scalar
  })
}
