/** Work that shares something limited, such as memory: each piece says how much it takes, and waits until that is free. */

export type Budget = ReturnType<typeof createBudget>

/** @param total what all work that runs may take together; a piece that takes more runs alone */
export function createBudget(total: number) {
  let taken = 0
  const waiting: { amount: number; start(): void }[] = []

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
     * @returns what `work` returns
     */
    async use<T>(amount: number, work: () => Promise<T>): Promise<T> {
      await new Promise<void>((start) => {
        waiting.push({ amount, start })
        startNext()
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
