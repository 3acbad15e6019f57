/** How work that can be counted reports how far it is; whoever started it decides what to show. */

/** Gets the number of steps that are done and of all steps. */
export type Progress = (done: number, total: number) => void
