/** What every benchmark is: `NAME/run.ts` exports `run`, `NAME/table.ts` exports `tables`. */

type Measured<Result> = { result: Result; data: string | null }

/**
 * @param directory of the images, a folder of class folders
 * @returns figures for `results/NAME.json`, and the fingerprint of the data set they were measured on, if any
 * @throws Unmet if the machine lacks what it needs
 */
export type Run<Result> = (directory: string) => Measured<Result> | Promise<Measured<Result>>
