import { defineConfig } from 'vitest/config'

const project = (name: string, timeout: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: 'forks' as const,
    testTimeout: timeout,
    hookTimeout: timeout,
  },
})

export default defineConfig({
  test: {
    projects: [
      project('unit', 60_000),
      // One after the other: both move the production channel.
      { test: { ...project('emulator', 120_000).test, fileParallelism: false, sequence: { groupOrder: 1 } } },
      { test: { ...project('crash', 900_000).test, fileParallelism: false } },
      { test: { ...project('e2e', 120_000).test, fileParallelism: false, sequence: { groupOrder: 2 } } },
    ],
  },
})
