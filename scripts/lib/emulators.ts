/** The Firebase emulators: whether they can run here, and a command or the whole backend inside them. */
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Unmet } from './fail.ts'
import { root } from './install.ts'
import { environmentWithJava } from './java.ts'
import { assertFree, freePorts } from './ports.ts'

const PROJECT = 'demo-zoidberg'
const FIREBASE = join(root, 'node_modules/firebase-tools/lib/bin/firebase.js')
const START_SECONDS = 120
/** What firebase-tools downloads once, unless a variable names a file that is there. */
const PIECES = { firestore: 'FIRESTORE_EMULATOR_BINARY_PATH', storage: 'STORAGE_EMULATOR_BINARY_PATH' }
/** What the emulators and the functions in them print. */
export const LOG = join(root, 'emulators.log')

type Environment = Record<string, string | undefined>

/**
 * Finds or fetches what the emulators need.
 *
 * @returns the environment to start them in
 * @throws Unmet in one line, naming what cannot be had and the remedy
 */
export function prepareEmulators(): Environment {
  const env = { ...process.env, ...environmentWithJava() }
  for (const [name, variable] of Object.entries(PIECES)) {
    if (process.env[variable]) continue
    const setup = [FIREBASE, `setup:emulators:${name}`, '--project', PROJECT]
    const { status, stdout, stderr } = spawnSync(process.execPath, setup, {
      cwd: root,
      env,
      encoding: 'utf8',
    })
    if (status === 0) continue
    const reason = `${stdout}${stderr}`.match(/(Failed .*)/)?.[1] ?? 'the download failed'
    throw new Unmet(
      `The ${name} emulator cannot be had: ${reason}. Download it elsewhere and set ${variable}.`,
    )
  }
  return env
}

function emulatorPorts(): Record<string, number> {
  const { emulators } = JSON.parse(readFileSync(join(root, 'firebase.json'), 'utf8'))
  const named = Object.entries(emulators as Record<string, { port?: number }>)
  return Object.fromEntries(named.flatMap(([name, { port }]) => (port ? [[name, port]] : [])))
}

/**
 * As firebase.json, with other ports, in a file of its own beside it.
 *
 * @returns the file's name and the ports
 */
async function configWithFreePorts(): Promise<{ file: string; ports: Record<string, number> }> {
  const config = JSON.parse(readFileSync(join(root, 'firebase.json'), 'utf8'))
  const names = Object.keys(emulatorPorts())
  const ports = await freePorts([...names, 'websocket', 'eventarc', 'tasks'])
  for (const name of names) config.emulators[name].port = ports[name]
  config.emulators.firestore.websocketPort = ports.websocket
  config.emulators.eventarc = { port: ports.eventarc }
  config.emulators.tasks = { port: ports.tasks }
  const file = `.firebase-${process.pid}.json`
  writeFileSync(join(root, file), JSON.stringify(config))
  return { file, ports }
}

/** A process group of its own: Ctrl-C reaches the emulators once, through us, and nothing survives the group. */
function spawnFirebase(args: string[], env: Environment, output: 'inherit' | number): ChildProcess {
  const stdio: StdioOptions = ['ignore', output, output]
  return spawn(process.execPath, [FIREBASE, ...args], { cwd: root, detached: true, stdio, env })
}

/**
 * Resolves when a process has ended, and ends what is left of its group.
 *
 * @returns its exit code, 130 after Ctrl-C
 */
async function ended(child: ChildProcess): Promise<number> {
  let isInterrupted = false
  const end = () => {
    isInterrupted = true
    child.kill('SIGINT')
  }
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end)
  const code = await new Promise<number>((resolve) => child.on('exit', (status) => resolve(status ?? 1)))
  try {
    process.kill(-(child.pid as number), 'SIGKILL')
  } catch {
    // nothing was left
  }
  return isInterrupted ? 130 : code
}

/**
 * Runs a command inside emulators on free ports, so that it may run beside `npm run emulators`.
 *
 * @param command for the shell; the emulators' addresses are in its environment
 * @returns the exit code of the command, 130 after Ctrl-C
 * @throws Unmet if the emulators cannot be had
 */
export async function runInEmulators(command: string, more: Environment = {}): Promise<number> {
  const env = prepareEmulators()
  const { file, ports } = await configWithFreePorts()
  const page = `http://127.0.0.1:${ports.hosting}`
  try {
    const args = ['emulators:exec', '--project', PROJECT, '--config', file, command]
    return await ended(spawnFirebase(args, { ...env, ...more, ZOIDBERG_PAGE: page }, 'inherit'))
  } finally {
    rmSync(join(root, file), { force: true })
  }
}

/**
 * Starts the emulators on the ports of firebase.json and keeps their state in a folder.
 *
 * @param state folder that is read at the start, if it is there, and written at the end
 * @param fill runs when they answer, with their addresses in its environment
 * @returns the exit code, 130 after Ctrl-C
 * @throws Unmet if a port is in use, or the emulators cannot be had or do not start
 */
export async function serveInEmulators(
  state: string,
  fill: (env: Environment) => Promise<void>,
): Promise<number> {
  const ports = emulatorPorts()
  await assertFree(ports)
  const env = prepareEmulators()
  const keep = [...(existsSync(state) ? [`--import=${state}`] : []), `--export-on-exit=${state}`]
  console.error(`Starting the emulators; what they print is in ${basename(LOG)} …`)
  const child = spawnFirebase(['emulators:start', '--project', PROJECT, ...keep], env, openSync(LOG, 'w'))
  const end = ended(child)
  const addresses = {
    ...env,
    GCLOUD_PROJECT: PROJECT,
    FIRESTORE_EMULATOR_HOST: `127.0.0.1:${ports.firestore}`,
    FIREBASE_AUTH_EMULATOR_HOST: `127.0.0.1:${ports.auth}`,
    FIREBASE_STORAGE_EMULATOR_HOST: `127.0.0.1:${ports.storage}`,
    ZOIDBERG_PAGE: `http://127.0.0.1:${ports.hosting}`,
  }
  try {
    if (!(await Promise.race([end.then(() => false), areReady(ports)])))
      throw new Unmet(`The emulators ended before they were ready; see ${LOG}.`)
    await fill(addresses)
  } catch (error) {
    child.kill('SIGINT')
    await end
    throw error
  }
  return end
}

/**
 * @returns true when the hub names every emulator
 * @throws Unmet if that takes too long
 */
async function areReady(ports: Record<string, number>): Promise<true> {
  for (let second = 0; second < START_SECONDS; second++) {
    const response = await fetch(`http://127.0.0.1:${ports.hub}/emulators`).catch(() => undefined)
    const running = response?.ok ? Object.keys((await response.json()) as object) : []
    if (Object.keys(ports).every((name) => running.includes(name))) return true
    await sleep(1000)
  }
  throw new Unmet(`The emulators were not ready after ${START_SECONDS} seconds; see ${LOG}.`)
}
