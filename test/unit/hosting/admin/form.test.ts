import { runConfigSchema } from '@zoidberg/core/contract/run.ts'
import { describe, expect, it } from 'vitest'
import { COMMANDS, configOf, fieldsOf } from '../../../../hosting/src/admin/form.ts'
import { en } from '../../../../hosting/src/words/en.ts'

const filledIn = (values: Record<string, string>): FormData => {
  const form = new FormData()
  for (const [name, value] of Object.entries(values)) form.set(name, value)
  return form
}

describe('the form that starts a run', () => {
  it('has every kind of run and every setting of the contract, each with words of its own', () => {
    expect(COMMANDS).toEqual(runConfigSchema.options.map(({ shape }) => shape.command.value))
    for (const { shape } of runConfigSchema.options) {
      const { command, ...settings } = shape
      const names = fieldsOf(command.value).map(({ name }) => name)
      expect(names).toEqual(Object.keys(settings))
      for (const name of names) expect(en.settings).toHaveProperty(name)
    }
  })

  it('asks for each setting as its kind asks for it', () => {
    const fields = new Map(fieldsOf('tune').map((field) => [field.name, field]))
    expect(fields.get('dataset')).toMatchObject({ kind: 'text', isRequired: true })
    expect(fields.get('trials')).toMatchObject({ kind: 'number', isInteger: true, min: 1, max: 1000 })
    expect(fields.get('tuner')).toMatchObject({ kind: 'choice', initial: 'bayesian', isRequired: false })
    expect(fields.get('retrain')).toMatchObject({ kind: 'check', initial: true })
    expect(fields.get('promoteAbove')).toMatchObject({ kind: 'number', isInteger: false, max: 1 })
  })

  it('leaves out what is left empty, so that the contract fills it in', () => {
    const form = filledIn({ dataset: ' chest ', model: 'mlp', epochs: '', set: 'a=1  b=2', gallery: 'on' })
    const config = configOf('train', form)
    expect(config).toEqual({
      command: 'train',
      dataset: 'chest',
      model: 'mlp',
      set: ['a=1', 'b=2'],
      gallery: true,
    })
    expect(runConfigSchema.parse(config)).toMatchObject({ seed: 1, promoteAbove: null })
  })

  it('asks for what the contract takes, for every kind of run', () => {
    const values = { dataset: 'chest', model: 'cnn', modelId: 'cnn-1', epochs: '3' }
    for (const command of COMMANDS)
      expect(runConfigSchema.safeParse(configOf(command, filledIn(values))).error).toBeUndefined()
  })
})
