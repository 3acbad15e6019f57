import { defineConfig } from 'vitest/config'

const MINUTE = 60_000

const project = (name: string, include: string[], timeout: number) => ({
  name,
  include,
  pool: 'forks' as const,
  testTimeout: timeout,
  hookTimeout: timeout,
})
/** One file after the other: they share what the emulators hold. */
const alone = { fileParallelism: false }

export default defineConfig({
  test: {
    projects: [
      { test: project('unit', ['test/unit/!(training)/**/*.test.ts'], MINUTE) },
      // What needs native TensorFlow.
      { test: project('training', ['test/unit/training/**/*.test.ts'], MINUTE) },
      {
        test: {
          ...project('emulator', ['test/emulator/**/*.test.ts'], 2 * MINUTE),
          ...alone,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...project('e2e', ['test/e2e/**/*.test.ts'], 2 * MINUTE),
          ...alone,
          sequence: { groupOrder: 2 },
        },
      },
      { test: { ...project('crash', ['test/crash/**/*.test.ts'], 15 * MINUTE), ...alone } },
    ],
  },
})
