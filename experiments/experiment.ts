/** What every experiment is: `NAME/run.ts` exports `run`, `NAME/table.ts` exports `tables`, `NAME/README.md` tells it. */

/** @property data fingerprint of the data set; null where there is none */
export type Outcome<Result> = { result: Result; data: string | null }

/**
 * @param args what follows the experiment's name on the command line
 * @returns what goes into `result.json`; undefined where only a part was asked for, which is no result
 * @throws Unmet if an option is missing
 */
export type Run<Result> = (args: string[]) => Promise<Outcome<Result> | undefined>

/** A result as it comes from `run`, before the runner stamps it. */
export type Unstamped<Result> = Omit<Result, 'stamp'>
