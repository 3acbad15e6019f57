/** Takes the steps of a training: as compiled graphs where that is possible, else kernel by kernel. */
import { dispose, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { type Compiled, compile, type Inputs, type Numbers, UntraceableError } from '../trace/compile.ts'
import { type Batch, UNKNOWN } from './batches.ts'
import {
  inputsOf,
  numbersOf,
  type StepInputs,
  type StepNumbers,
  type Stepping,
  takeStep,
  variablesOf,
} from './step.ts'

/** @property known how many samples had a label, and `correct` how many of those were right */
export type StepResult = { loss: number; correct: number; known: number }

export type Stepper = ReturnType<typeof createStepper>

/** @property step counted from 1 */
export type StepOptions = { rate: number; step: number; halfSize?: boolean }

/**
 * @param isCompiled false takes every step kernel by kernel
 * @param onUntraceable hears once why steps are not compiled
 * @returns a taker of steps; `dispose` frees its graphs, and neither model nor optimizer
 */
export function createStepper(
  stepping: Stepping,
  {
    isCompiled = true,
    onUntraceable = () => {},
  }: { isCompiled?: boolean; onUntraceable?(why: string): void } = {},
) {
  const graphs = new Map<string, Compiled>()
  // The optimizer makes its variables in its first step, unless a checkpoint brought them.
  let isPrepared = stepping.optimizer.iterations > 0
  let canCompile = isCompiled

  function graphFor(inputs: StepInputs, numbers: StepNumbers, halfSize: boolean): Compiled | undefined {
    if (!canCompile || !isPrepared) return undefined
    const shapes = [inputs.images.shape, inputs.lungs?.shape, halfSize].join()
    const known = graphs.get(shapes)
    if (known) return known
    try {
      const graph = compile({
        inputs: inputs as Inputs,
        numbers: Object.keys(numbers),
        variables: variablesOf(stepping),
        body: (traced, marks) =>
          takeStep(stepping, traced as StepInputs, marks as unknown as StepNumbers, halfSize),
      })
      graphs.set(shapes, graph)
      return graph
    } catch (error) {
      if (!(error instanceof UntraceableError)) throw error
      canCompile = false
      onUntraceable(error.message)
      return undefined
    }
  }

  return {
    /** Takes one step on one batch. */
    take(batch: Batch, { rate, step, halfSize = false }: StepOptions): StepResult {
      const inputs = inputsOf(stepping.model, batch, step - 1)
      const numbers = numbersOf(stepping, rate, step)
      const graph = graphFor(inputs, numbers, halfSize)
      const figures: Tensor[] = graph
        ? graph.run(inputs as Inputs, numbers as Numbers)
        : tidy(() => takeStep(stepping, inputs, numbers, halfSize))
      isPrepared = true
      // A graph cannot count what the optimizer counts in JavaScript, and checkpoints keep.
      Object.assign(stepping.optimizer, { iterations_: step })
      const [loss, correct] = figures.map((figure) => figure.dataSync()[0])
      dispose([...figures, ...Object.values(inputs)])
      return { loss, correct, known: batch.labels.filter((label) => label !== UNKNOWN).length }
    },
    dispose(): void {
      for (const graph of graphs.values()) graph.dispose()
    },
  }
}
