// Installs the packages of package-lock.json, if they are not there yet; builds what is older than its sources.
import { execSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')
const stamp = join(root, 'node_modules', '.zoidberg-installed')

/** Packages without their install scripts: the only one that matters, tfjs-node's, has a step of its own. */
export function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('Installing packages (the first time takes a minute or two) …')
  execSync('npm ci --ignore-scripts --loglevel=error', { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  writeFileSync(stamp, lock)
}

/** Packages and native TensorFlow: what training needs. @returns where TensorFlow is from */
export async function installForTraining() {
  installPackages()
  const { installTensorflow } = await import('./tensorflow.mjs') // looks for its package when it is loaded
  return installTensorflow()
}

/** Builds `functions/` and `hosting/` where a source is newer than the last build. */
export function build() {
  const core = newest(join(root, 'core'))
  for (const [workspace, output, sources] of [
    [
      'functions',
      'functions/lib/index.js',
      ['functions/src', 'functions/build.ts', 'functions/package.json'],
    ],
    [
      'hosting',
      'hosting/dist/index.html',
      ['hosting/src', 'hosting/index.html', 'hosting/vite.config.ts', 'hosting/public'],
    ],
  ]) {
    const built = existsSync(join(root, output)) ? statSync(join(root, output)).mtimeMs : 0
    if (built > Math.max(core, ...sources.map((source) => newest(join(root, source))))) continue
    console.error(`Building ${workspace} …`)
    const { status, stdout, stderr } = spawnSync('npm', ['run', 'build', '--workspace', workspace], {
      cwd: root,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`building ${workspace} failed:\n${stdout}${stderr}`)
  }
}

function newest(path) {
  const info = statSync(path, { throwIfNoEntry: false })
  if (!info) return 0
  if (!info.isDirectory()) return info.mtimeMs
  const inner = readdirSync(path).filter(
    (name) => name !== 'node_modules' && name !== 'lib' && name !== 'dist',
  )
  return Math.max(0, ...inner.map((name) => newest(join(path, name))))
}
