/** For the emulators, executions are processes of this machine. One that fails is tried again, as Cloud Run does it. */
import { spawn } from 'node:child_process'
import { MAX_RUN_ATTEMPTS } from '@zoidberg/core/run.ts'
import { type Launcher, RUN_VARIABLE } from './launcher.ts'

/**
 * @param entrypoint path of the job's main file
 * @param onOutput gets what the job prints
 * @returns a launcher of processes, which starts as many as there are tasks
 */
export function localLauncher(entrypoint: string, onOutput: (lines: string) => void): Launcher {
  return {
    async start(runId, tasks) {
      const name = `local/${runId}-${Date.now()}`
      const startTask = (task: number, attempt: number) => {
        const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entrypoint], {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: {
            ...process.env,
            [RUN_VARIABLE]: runId,
            CLOUD_RUN_EXECUTION: name,
            CLOUD_RUN_TASK_INDEX: String(task),
            CLOUD_RUN_TASK_ATTEMPT: String(attempt),
          },
        })
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => onOutput(chunk.toString().trimEnd()))
        child.on('exit', (code) => {
          if (code !== 0 && attempt + 1 < MAX_RUN_ATTEMPTS) startTask(task, attempt + 1)
        })
      }
      for (let task = 0; task < tasks; task++) startTask(task, 0)
      return name
    },
    // The emulators run every function in a process of its own, so this one knows no children. The job ends by itself:
    // its next heartbeat finds the run cancelled.
    cancel: async () => {},
  }
}
