/** The built functions on the functions framework, as production runs them, with the model of this repository. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './install.ts'
import { freePorts } from './ports.ts'

/**
 * A function that answers.
 *
 * @property output all that it has printed
 */
export type Served = { url: string; process: ChildProcess; output(): string }

/**
 * Starts a function; whoever starts it ends its process.
 *
 * @param target its name
 * @param env more variables
 * @throws Error with what it printed, if it ends before it answers
 */
export async function serveFunction(target: string, env: NodeJS.ProcessEnv = {}): Promise<Served> {
  const { port } = await freePorts(['port'])
  const framework = join(root, 'node_modules/@google-cloud/functions-framework/build/src/main.js')
  const server = spawn(
    process.execPath,
    [framework, `--target=${target}`, '--source=functions', `--port=${port}`],
    {
      cwd: root,
      env: {
        ...process.env,
        GCLOUD_PROJECT: 'demo-zoidberg',
        FIREBASE_CONFIG: '{"projectId":"demo-zoidberg"}',
        ZOIDBERG_EMBEDDED_MODEL: join(root, 'models/default'),
        ZOIDBERG_RATE_ANONYMOUS: '0',
        FIRESTORE_EMULATOR_HOST: undefined,
        ...env,
      },
    },
  )
  let log = ''
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (chunk: Buffer) => {
      log += chunk
    })
  const url = `http://127.0.0.1:${port}`
  while (!(await fetch(url).catch(() => undefined))) {
    if (server.exitCode !== null) throw new Error(log)
    await sleep(50)
  }
  return { url, process: server, output: () => log }
}

/** The most memory that a process has had, in MiB; undefined where the system does not say. */
export function peakMemoryOf({ pid }: ChildProcess): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
  } catch {
    return undefined
  }
}
