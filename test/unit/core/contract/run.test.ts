import { runConfigSchema } from '@zoidberg/core/contract/run.ts'
import { describe, expect, it } from 'vitest'

const config = runConfigSchema.parse({ command: 'train', dataset: 'xrays', model: 'cnn' })

describe('a configuration', () => {
  it('gets defaults, among them no automatic promotion', () => {
    expect(config).toMatchObject({
      seed: 1,
      set: [],
      promoteAbove: null,
      gallery: false,
      channel: 'production',
    })
  })
  it.each([
    { command: 'train', dataset: 'x' },
    { command: 'train', dataset: '../../x', model: 'cnn' },
    { command: 'train', dataset: 'x', model: 'cnn', epochs: 0 },
    { command: 'train', dataset: 'x', model: 'cnn', promoteAbove: -1 },
    { command: 'train', dataset: 'x', model: 'cnn', shell: 'rm' },
    { command: 'tune', dataset: 'x', model: 'cnn', tasks: 1000 },
    { command: 'evaluate', dataset: 'x', modelId: '../../x' },
    { command: 'delete', dataset: 'x' },
  ])('%j is refused', (wrong) => {
    expect(runConfigSchema.safeParse(wrong).success).toBe(false)
  })
})
