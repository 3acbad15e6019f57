/** A launcher starts and stops executions of the training job: on Cloud Run, or as local processes beside the emulators. */
export type Launcher = {
  /**
   * @param tasks that share the run
   * @returns the execution's name
   * @throws ZoidbergError job-unavailable with the reason
   */
  start(runId: string, tasks: number): Promise<string>
  /**
   * Does nothing if the execution has ended or is not known any more.
   *
   * @throws ZoidbergError job-unavailable with the reason
   */
  cancel(execution: string): Promise<void>
}

/** The variable that tells the job its run. */
export const RUN_VARIABLE = 'ZOIDBERG_RUN'
