/**
 * TensorFlow kernels that tfjs does not use by itself. tfjs-node's backend runs any kernel by name; these replace
 * chains of small operations that took a third of a training step.
 */
import { backend, registerGradient, type Tensor } from '@tensorflow/tfjs-core'

type Attribute = { name: string; type: number; value: unknown }
type Native = {
  binding: Record<
    'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_STRING' | 'TF_ATTR_TYPE' | 'TF_FLOAT' | 'TF_INT32',
    number
  >
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: Tensor[], outputs: number): Tensor[]
}

/**
 * Runs a kernel of the native backend.
 *
 * @param name as TensorFlow registers it
 * @param inputs in the kernel's order
 * @param options how many outputs the kernel has, and its attributes; the words `float32` and `int32` stand for those types
 * @returns every output, in the kernel's order
 * @throws Error on any backend but the native one
 */
export function runKernel(
  name: string,
  inputs: Tensor[],
  options: { outputs: number; attributes: Record<string, number | boolean | string> },
): Tensor[] {
  const native = backend() as unknown as Native
  if (!native.executeMultipleOutputs) throw new Error('training needs native TensorFlow')
  const { binding } = native
  const types = {
    number: binding.TF_ATTR_FLOAT,
    boolean: binding.TF_ATTR_BOOL,
    string: binding.TF_ATTR_STRING,
  }
  const attributes = Object.entries(options.attributes).map(([key, value]) => {
    if (value === 'float32') return { name: key, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
    if (value === 'int32') return { name: key, type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 }
    return { name: key, type: types[typeof value as 'number' | 'boolean' | 'string'], value }
  })
  return native.executeMultipleOutputs(name, attributes, inputs, options.outputs)
}

/** Computes the gradients of ReLU and ReLU6 with one kernel each instead of tfjs' five, from now on in this process. */
export function useNativeReluGradients(): void {
  for (const kernelName of ['Relu', 'Relu6'])
    registerGradient({
      kernelName,
      outputsToSave: [true],
      gradFunc: (dy, [y]) => ({
        x: () =>
          runKernel(`${kernelName}Grad`, [dy as Tensor, y], { outputs: 1, attributes: { T: 'float32' } })[0],
      }),
    })
}
