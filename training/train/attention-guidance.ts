/**
 * Attention guidance (Li et al. 2018, "Tell me where to look: guided attention inference network"): a loss term that is
 * smallest where the evidence of pneumonia in the activation map lies in the lungs. The setting `guidance` weighs it.
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

/** Mean evidence of a cell, in logits, below which it hardly matters where it lies. */
const FAINT = 0.01

/**
 * Computes minus the logarithm of the share of the evidence for the sample's own class, against NORMAL, that lies in the
 * lungs; 0 for normal and unknown samples.
 *
 * @param maps logits, `[batch, height, width, classes]`
 * @param lungs shares in [0, 1], `[batch, any height, any width]`
 * @param labels class indices, 0 is NORMAL, `UNKNOWN` is none
 * @returns the mean over the batch, from 0 on
 */
export function attentionGuidanceLoss(maps: Tensor4D, lungs: Tensor3D, labels: Tensor1D): Scalar {
  return tidy(() => {
    const [batch, height, width, classes] = maps.shape
    const own = oneHot(labels, classes).toFloat().reshape([batch, 1, 1, classes])
    const normal = maps.slice([0, 0, 0, 0], [-1, -1, -1, 1]).squeeze([3])
    const known = own.sum(3)
    const evidence = maps.mul(own).sum(3).sub(normal.mul(known)).relu()
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
