/** Installs the packages of package-lock.json where they are missing, and builds what is older than its sources. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Unmet } from './fail.ts'

export const root = join(import.meta.dirname, '../..')

/** What `npm start` needs; everything else needs all workspaces. */
const SERVING = ['core', 'client', 'functions', 'hosting']
type Scope = 'serving' | 'all'

type Lock = Record<string, { version?: string; optional?: boolean; link?: boolean }>
const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))

/** Whether the packages that are there are those of package-lock.json, and all that `scope` needs. */
function isInstalled(scope: Scope): boolean {
  const there = 'node_modules/.package-lock.json' // npm writes it last
  if (!existsSync(join(root, there))) return false
  const installed: Lock = readJson(there).packages
  const locked: Lock = readJson('package-lock.json').packages
  if (Object.entries(installed).some(([path, { version }]) => locked[path]?.version !== version)) return false
  if (scope === 'all')
    return Object.entries(locked).every(
      ([path, { optional, link }]) => !path.includes('node_modules/') || link || optional || installed[path],
    )
  return SERVING.every((workspace) => {
    const { dependencies, devDependencies } = readJson(`${workspace}/package.json`)
    return Object.keys({ ...dependencies, ...devDependencies }).every(
      (name) => installed[`node_modules/${name}`] ?? installed[`${workspace}/node_modules/${name}`],
    )
  })
}

/** Runs npm under the Node of this process, whichever npm started it. */
function npm(args: string[]): { status: number | null; output: string } {
  const path = process.env.npm_execpath
  const [command, first] = path ? [process.execPath, [path]] : ['npm', []]
  const { status, stdout, stderr } = spawnSync(command, [...first, ...args], {
    cwd: root,
    encoding: 'utf8',
    shell: !path && process.platform === 'win32',
    // Its own warnings are about options of other npm versions.
    env: { ...process.env, npm_config_loglevel: 'error' },
  })
  return { status, output: `${stdout}${stderr}`.trim() }
}

/**
 * Installs packages without their scripts: the only one that matters, tfjs-node's, has a step of its own.
 *
 * @param scope `serving` takes less than half the time of `all`
 * @throws Unmet with npm's own words
 */
export function installPackages(scope: Scope): void {
  if (isInstalled(scope)) return
  console.error('Installing packages (the first time takes up to two minutes) …')
  const workspaces = scope === 'serving' ? SERVING.map((name) => `--workspace=${name}`) : []
  const { status, output } = npm(['ci', '--ignore-scripts', '--prefer-offline', ...workspaces])
  if (status !== 0) throw new Unmet(`npm could not install the packages: ${output.slice(0, 2000)}`)
}

/**
 * Packages and native TensorFlow: what training needs.
 *
 * @returns where TensorFlow is from
 */
export async function installForTraining(): Promise<string> {
  installPackages('all')
  const { installTensorflow } = await import('../tensorflow.ts') // looks for its package when it is loaded
  return installTensorflow()
}

const BUILDS = [
  {
    workspace: 'functions',
    output: 'functions/lib/index.js',
    sources: ['core', 'functions/src', 'functions/build.ts', 'functions/package.json'],
  },
  {
    workspace: 'hosting',
    output: 'hosting/dist/index.html',
    sources: [
      'core',
      'client',
      'hosting/src',
      'hosting/index.html',
      'hosting/vite.config.ts',
      'hosting/public',
    ],
  },
]

/**
 * Builds `functions/` and `hosting/` where a source is newer than the last build.
 *
 * @throws Error with what the build said
 */
export function build(): void {
  for (const { workspace, output, sources } of BUILDS) {
    const file = join(root, output)
    const built = existsSync(file) ? statSync(file).mtimeMs : 0
    if (built > Math.max(...sources.map((source) => newest(join(root, source))))) continue
    console.error(`Building ${workspace} …`)
    const { status, output: said } = npm(['run', 'build', '--workspace', workspace])
    if (status !== 0) throw new Error(`building ${workspace} failed:\n${said}`)
  }
}

/** @returns when the newest file below a path changed, in milliseconds since 1970; 0 if there is none */
function newest(path: string): number {
  const info = statSync(path, { throwIfNoEntry: false })
  if (!info) return 0
  if (!info.isDirectory()) return info.mtimeMs
  const inner = readdirSync(path).filter((name) => !['node_modules', 'lib', 'dist'].includes(name))
  return Math.max(0, ...inner.map((name) => newest(join(path, name))))
}
