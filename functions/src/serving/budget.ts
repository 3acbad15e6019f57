/** Work that shares something limited, such as memory: each piece says how much it takes, and waits until that is free. */

import { leaveOnAbort } from './leave.ts'

export type Budget = ReturnType<typeof createBudget>

/** @param total what all work that runs may take together; a piece that takes more runs alone */
export function createBudget(total: number) {
  let taken = 0
  const waiting: { amount: number; start(): void; reject(reason: unknown): void }[] = []

  function startNext(): void {
    // In the order they came: a large piece is not overtaken for ever by small ones.
    while (waiting.length > 0 && (taken === 0 || taken + waiting[0].amount <= total)) {
      const { amount, start } = waiting.shift() as (typeof waiting)[number]
      taken += amount
      start()
    }
  }

  return {
    /**
     * Runs `work` when `amount` is free.
     *
     * @param signal ends the waiting
     * @returns what `work` returns
     * @throws the signal's reason, and what `work` throws
     */
    async use<T>(amount: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
      await new Promise<void>((start, reject) => {
        const entry = { amount, start, reject }
        waiting.push(entry)
        startNext()
        leaveOnAbort(waiting, entry, signal)
      })
      try {
        return await work()
      } finally {
        taken -= amount
        startNext()
      }
    },
  }
}
