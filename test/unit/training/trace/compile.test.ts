import * as tf from '@tensorflow/tfjs-core'
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { compile, type Inputs, type Numbers, UntraceableError } from '@zoidberg/training/trace/compile.ts'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(() => loadEngine('native'))

const values = (tensor: tf.Tensor) => [...tensor.dataSync()]

describe('a compiled function', () => {
  it('gives what the function gives, for any values of its inputs and numbers', () => {
    const body = ({ a, b }: Inputs, { rate }: Numbers) => [
      a
        .matMul(b as tf.Tensor2D)
        .mul(rate)
        .relu(),
      b.sum().add(-rate).neg(),
    ]
    const inputs = {
      a: tf.randomNormal([4, 3], 0, 1, 'float32', 1),
      b: tf.randomNormal([3, 2], 0, 1, 'float32', 2),
    }
    const compiled = compile({ inputs, numbers: ['rate'], variables: [], body })
    for (const rate of [1, 0.001, -3]) {
      const other = { a: tf.randomNormal([4, 3], 0, 1, 'float32', 3), b: inputs.b }
      const [eager, traced] = [body(other, { rate }), compiled.run(other, { rate })]
      expect(traced.map(values)).toEqual(eager.map(values))
      expect(traced.map(({ shape }) => shape)).toEqual([[4, 2], []])
    }
    compiled.dispose()
  })

  it('changes variables as the function does, and tracing itself does not', () => {
    const weight = tf.variable(tf.tensor([1, 2, 3]))
    const body = ({ x }: Inputs, { rate }: Numbers) => {
      const before = weight.clone()
      weight.assign(weight.sub(x.mul(rate)))
      return [before]
    }
    const inputs = { x: tf.tensor([1, 1, 2]) }
    const compiled = compile({ inputs, numbers: ['rate'], variables: [weight], body })
    expect(values(weight)).toEqual([1, 2, 3])
    expect(values(compiled.run(inputs, { rate: 1 })[0])).toEqual([1, 2, 3])
    expect(values(weight)).toEqual([0, 1, 1])
    compiled.run(inputs, { rate: 0.5 })
    expect(values(weight)).toEqual([-0.5, 0.5, 0])
    compiled.dispose()
  })

  it('trains a network to the same weights as step by step, over fifty steps', () => {
    const x = tf.randomNormal([16, 8], 0, 1, 'float32', 5) as tf.Tensor2D
    const y = tf.randomNormal([16, 1], 0, 1, 'float32', 6)
    const train = (isCompiled: boolean) => {
      const weights = [
        tf.randomNormal([8, 6], 0, 1, 'float32', 7),
        tf.randomNormal([6, 1], 0, 1, 'float32', 8),
      ]
      const variables = weights.map((weight) => tf.variable(weight))
      const optimizer = tf.train.adam(0.01)
      const body = (inputs: Inputs, { rate }: Numbers) => {
        Object.assign(optimizer, { learningRate: rate })
        const loss = optimizer.minimize(
          () =>
            (inputs.x as tf.Tensor2D)
              .matMul(variables[0] as unknown as tf.Tensor2D)
              .tanh()
              .matMul(variables[1] as unknown as tf.Tensor2D)
              .sub(inputs.y)
              .square()
              .mean() as tf.Scalar,
          true,
          variables,
        )
        return [loss as tf.Tensor]
      }
      // The optimizer makes its own variables in the first step.
      body({ x, y }, { rate: 0.01 })
      const { accumulatedFirstMoment, accumulatedSecondMoment, accBeta1, accBeta2 } =
        optimizer as unknown as Record<string, { variable: tf.Variable }[] & tf.Variable>
      const own = [...accumulatedFirstMoment, ...accumulatedSecondMoment].map(({ variable }) => variable)
      const all = [...variables, ...own, accBeta1, accBeta2]
      const step = isCompiled
        ? compile({ inputs: { x, y }, numbers: ['rate'], variables: all, body }).run
        : (inputs: Inputs, numbers: Numbers) => tf.tidy(() => body(inputs, numbers))
      for (let i = 1; i <= 50; i++) tf.dispose(step({ x, y }, { rate: 0.01 / i }))
      return variables.flatMap(values)
    }
    const [eager, compiled] = [train(false), train(true)]
    eager.forEach((value, i) => expect(compiled[i]).toBeCloseTo(value, 6))
  })

  it('keeps no tensor but what it returns', () => {
    const weight = tf.variable(tf.tensor([1, 2]))
    const inputs = { x: tf.tensor([1, 2]) }
    const body = ({ x }: Inputs, { rate }: Numbers) => {
      weight.assign(weight.add(x.mul(rate)))
      return [weight.sum()]
    }
    const before = tf.memory().numTensors
    const compiled = compile({ inputs, numbers: ['rate'], variables: [weight], body })
    expect(tf.memory().numTensors).toBe(before)
    const outputs = compiled.run(inputs, { rate: 1 })
    expect(tf.memory().numTensors).toBe(before + 1)
    tf.dispose(outputs)
  })
})

describe('what cannot be traced is refused:', () => {
  const refused = (body: (inputs: Inputs, numbers: Numbers) => tf.Tensor[], numbers: string[] = []) =>
    expect(() => compile({ inputs: { x: tf.tensor([1, 2]) }, numbers, variables: [], body }))
  it('reading a value', () => {
    refused(({ x }) => [x.mul(x.sum().dataSync()[0])]).toThrow(
      new UntraceableError('it reads the value of a tensor'),
    )
  })
  it('a tensor that is no input', () => {
    const other = tf.tensor([3, 4]).square()
    refused(({ x }) => [x.add(other)]).toThrow(/made before, and is no input/)
  })
  it('a number that nothing depends on', () => {
    refused(({ x }) => [x.square()], ['rate']).toThrow('the graph does not depend on rate')
  })
  it('and tracing goes on afterwards as before', () => {
    expect(values(tf.tensor([1, 2]).square())).toEqual([1, 4])
  })
})
