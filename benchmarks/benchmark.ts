/** What every benchmark is: `NAME/run.ts` exports `run`, `NAME/table.ts` exports `tables`. */

/**
 * @param directory of the images, a folder of class folders
 * @returns figures for `results/NAME.json`, and the fingerprint of the data set they were measured on, if any
 * @throws Unmet if the machine lacks what it needs
 */
export type Run<Result> = (directory: string) => { result: Result; data: string | null }
