/**
 * TensorFlow kernels that tfjs does not use by itself. tfjs-node's backend runs any kernel by name; these two replace
 * chains of small operations that took a third of a training step.
 */
import { backend, registerGradient, type Tensor } from '@tensorflow/tfjs-core'

type Attribute = { name: string; type: number; value: unknown }
type Native = {
  binding: Record<'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_STRING' | 'TF_ATTR_TYPE' | 'TF_FLOAT', number>
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: Tensor[], outputs: number): Tensor[]
}

/** Runs a kernel on float32 inputs. @throws Error on any backend but the native one */
export function runKernel(
  name: string,
  inputs: Tensor[],
  outputs: number,
  options: Record<string, number | boolean | string> = {},
): Tensor[] {
  const native = backend() as unknown as Native
  if (!native.executeMultipleOutputs) throw new Error('training needs native TensorFlow')
  const { binding } = native
  const types = {
    number: binding.TF_ATTR_FLOAT,
    boolean: binding.TF_ATTR_BOOL,
    string: binding.TF_ATTR_STRING,
  }
  const attributes = Object.entries(options).map(([key, value]) => {
    if (value === 'float32') return { name: key, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
    return { name: key, type: types[typeof value as 'number' | 'boolean' | 'string'], value }
  })
  return native.executeMultipleOutputs(name, attributes, inputs, outputs)
}

/** The gradient of ReLU as one kernel instead of tfjs' five. */
export function useNativeReluGradient(): void {
  registerGradient({
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => runKernel('ReluGrad', [dy as Tensor, y], 1, { T: 'float32' })[0] }),
  })
}
