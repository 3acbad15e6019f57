// Runs a command inside the Firebase emulators, and ends all of them with it.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkPorts, freePorts } from './checks.mjs'
import { root } from './install.mjs'

const PROJECT = 'demo-zoidberg'

/**
 * @param {string} command for the shell; the emulators' addresses are in its environment
 * @param {{ anyPorts?: boolean, env?: Record<string, string> }} options `anyPorts` for tests, that may run beside `npm start`
 * @returns {Promise<number>} the exit code of the command, 130 after Ctrl-C
 */
export async function runInEmulators(command, { anyPorts = false, env = {} } = {}) {
  const config = JSON.parse(readFileSync(join(root, 'firebase.json'), 'utf8'))
  const named = Object.entries(config.emulators).filter(([, emulator]) => emulator.port)
  const ports = anyPorts
    ? await freePorts([...named.map(([name]) => name), 'websocket', 'eventarc', 'tasks'])
    : Object.fromEntries(named.map(([name, { port }]) => [name, port]))
  if (!anyPorts) await checkPorts(ports)

  const file = anyPorts ? `.firebase-${process.pid}.json` : 'firebase.json'
  if (anyPorts) {
    for (const [name] of named) config.emulators[name].port = ports[name]
    config.emulators.firestore.websocketPort = ports.websocket
    config.emulators.eventarc = { port: ports.eventarc }
    config.emulators.tasks = { port: ports.tasks }
    writeFileSync(join(root, file), JSON.stringify(config))
  }
  const args = ['emulators:exec', '--project', PROJECT, '--config', file, command]
  const firebase = join(root, 'node_modules', 'firebase-tools', 'lib', 'bin', 'firebase.js')
  // A process group of its own: Ctrl-C reaches the emulators once, through us, and nothing survives the group.
  const child = spawn(process.execPath, [firebase, ...args], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...env,
      ZOIDBERG_PAGE: `http://127.0.0.1:${ports.hosting}`,
    },
  })
  let interrupted = false
  const end = () => {
    interrupted = true
    child.kill('SIGINT')
  }
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end)
  const code = await new Promise((resolve) => child.on('exit', (status) => resolve(status ?? 1)))
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // nothing was left
  }
  if (anyPorts) rmSync(join(root, file), { force: true })
  return interrupted ? 130 : code
}
