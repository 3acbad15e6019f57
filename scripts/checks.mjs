// What must hold before anything starts: each failure is one line that names the remedy. Plain JavaScript, no packages.
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'

const NODE = [22, 18]
const JAVA = 21 // firebase-tools refuses older ones

export class Unmet extends Error {}

export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  if (major > NODE[0] || (major === NODE[0] && minor >= NODE[1])) return
  throw new Unmet(`Node ${version} is too old: install Node ${NODE.join('.')} or later from nodejs.org.`)
}

export function checkJava(readVersion = javaVersion) {
  const remedy = `install a JDK ${JAVA} or later (adoptium.net); the Firebase emulators need it.`
  const version = readVersion()
  if (version === undefined) throw new Unmet(`Java was not found: ${remedy}`)
  if (version < JAVA) throw new Unmet(`Java ${version} is too old: ${remedy}`)
}

/** The banner of `java -version` goes to standard error. */
function javaVersion() {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' })
  return Number(stderr?.match(/version "(?:1\.)?(\d+)/)?.[1]) || undefined
}

export async function checkPorts(ports) {
  for (const [name, port] of Object.entries(ports)) {
    if (await isFree(port)) continue
    throw new Unmet(
      `Port ${port} (${name} emulator) is in use: stop what uses it, or change it in firebase.json.`,
    )
  }
}

const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** As many free ports as names. */
export async function freePorts(names) {
  const servers = await Promise.all(
    names.map(
      () =>
        new Promise((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = Object.fromEntries(names.map((name, i) => [name, servers[i].address().port]))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
