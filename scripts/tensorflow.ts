/**
 * Native TensorFlow for training: makes `@tensorflow/tfjs-node` loadable.
 *
 * 1. its own download of libtensorflow 2.9, which answers 403 since August 2026 (tensorflow/tfjs issue 8742);
 * 2. else the libraries and headers of the PyPI wheel, cached per user, and the addon built by node-gyp.
 * Linux on x64 is what is proven. Needs the packages of package-lock.json, installed without their scripts.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Unmet } from './lib/fail.ts'
import { cacheFolder, pipDownload, unzip } from './lib/pip.ts'

const TENSORFLOW_VERSION = '2.21.0'
const NAPI_VERSION = '8' // the newest that tfjs-node 4.22 declares
const OFFICIAL_DOWNLOAD_LIMIT_MS = 5 * 60_000
const MAC_LIBRARY_PATH = '-Wl,-rpath,@loader_path/../../deps/lib'
/** The wheels of that version, by the SHA-256 that PyPI states for them. */
const WHEELS: Record<string, { name: string; platform: string; sha256: string }> = {
  'linux-x64': {
    name: 'tensorflow-cpu',
    platform: 'manylinux_2_27_x86_64',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  },
  // CUDA itself is the image's.
  'linux-x64-gpu': {
    name: 'tensorflow',
    platform: 'manylinux_2_27_x86_64',
    sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
  },
  'linux-arm64': {
    name: 'tensorflow',
    platform: 'manylinux_2_27_aarch64',
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
  },
  'darwin-arm64': {
    name: 'tensorflow',
    platform: 'macosx_12_0_arm64',
    sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
  },
}

const require = createRequire(import.meta.url)
const addonHome = dirname(require.resolve('@tensorflow/tfjs-node/package.json'))

/** ZOIDBERG_DEVICE=gpu takes the libraries with CUDA kernels; only the job's GPU image does. */
const isForGpu = process.env.ZOIDBERG_DEVICE === 'gpu'

/** Whether a fresh process can load the addon. */
export function tensorflowLoads(): boolean {
  const probe = `const u = require('util'); u.isNullOrUndefined ??= (v) => v == null; u.isArray ??= Array.isArray
    require(${JSON.stringify(addonHome)})`
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' }
  return spawnSync(process.execPath, ['-e', probe], { stdio: 'ignore', env }).status === 0
}

/** Installs what is missing; returns how. Throws an Error that names the remedy. */
export function installTensorflow(log: (line: string) => void = console.error): string {
  if (tensorflowLoads()) return 'already there'
  log('Installing native TensorFlow: trying the official download …')
  if (!isForGpu && officialDownload() && tensorflowLoads()) return 'official download'
  log(`… not available; building the addon on the PyPI wheel of TensorFlow ${TENSORFLOW_VERSION} …`)
  const libraries = librariesFromWheel()
  rmSync(join(addonHome, 'deps'), { recursive: true, force: true })
  symlinkSync(libraries, join(addonHome, 'deps'))
  buildAddon()
  if (!tensorflowLoads()) throw new Error(`the addon was built in ${addonHome} but does not load`)
  return `PyPI wheel ${TENSORFLOW_VERSION}`
}

function officialDownload(): boolean {
  const options = { cwd: addonHome, stdio: 'ignore' as const, timeout: OFFICIAL_DOWNLOAD_LIMIT_MS }
  const ok = spawnSync(process.execPath, ['scripts/install.js'], options).status === 0
  if (!ok) rmSync(join(addonHome, 'deps'), { recursive: true, force: true })
  return ok
}

/** The folder with `lib/` and `include/`, filled from the wheel the first time. */
function librariesFromWheel(): string {
  const machine = `${process.platform}-${process.arch}${isForGpu ? '-gpu' : ''}`
  const wheel = WHEELS[machine]
  if (!wheel) throw new Unmet(`no TensorFlow wheel is known for ${machine}; npm start works without it`)
  const target = join(cacheFolder(), `tensorflow-${TENSORFLOW_VERSION}-${machine}`)
  if (existsSync(target)) return target

  mkdirSync(cacheFolder(), { recursive: true })
  const scratch = mkdtempSync(join(cacheFolder(), 'partial-'))
  try {
    const options = ['--python-version=3.11', `--platform=${wheel.platform}`]
    const archive = pipDownload(`${wheel.name}==${TENSORFLOW_VERSION}`, scratch, {
      options,
      sha256: wheel.sha256,
    })
    unzip(archive, scratch, 'tensorflow/libtensorflow_', 'tensorflow/include/')
    const unpacked = join(scratch, 'tensorflow')
    const lib = join(unpacked, 'lib')
    mkdirSync(lib)
    for (const [from, to] of [
      ['libtensorflow_cc', 'libtensorflow'],
      ['libtensorflow_framework', 'libtensorflow_framework'],
    ]) {
      const [file, ...aliases] = libraryNames(from, to)
      renameSync(join(unpacked, file), join(lib, file))
      for (const alias of aliases) if (!existsSync(join(lib, alias))) symlinkSync(file, join(lib, alias))
    }
    renameSync(unpacked, target) // last, so that a killed install leaves nothing that looks whole
    return target
  } catch (error) {
    throw new Unmet(`TensorFlow's wheel cannot be had: ${(error as Error).message}`)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The file's name in the wheel, and the names that the addon is linked with. */
const libraryNames = (from: string, to: string): string[] =>
  process.platform === 'darwin'
    ? [`${from}.2.dylib`, `${to}.dylib`, `${to}.2.dylib`]
    : [`${from}.so.2`, `${to}.so`, `${to}.so.2`]

function buildAddon(): void {
  const output = join(addonHome, 'lib', `napi-v${NAPI_VERSION}`) // the addon looks for deps/lib two folders up
  const gyp = require.resolve('node-gyp/bin/node-gyp.js')
  const prefix = dirname(dirname(process.execPath))
  // Most Nodes bring their headers; without them node-gyp downloads some.
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node_api.h'))
  const variables = {
    ...(hasHeaders ? { nodedir: prefix } : {}),
    napi_build_version: NAPI_VERSION,
    module_name: 'tfjs_binding',
    module_path: output,
  }
  const flags = Object.entries(variables).map(([key, value]) => `--${key}=${value}`)
  try {
    execFileSync(process.execPath, [gyp, 'rebuild', '--loglevel=error', ...flags], {
      cwd: addonHome,
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 26,
      // On a Mac the wheel's libraries are looked for by this path; on Linux binding.gyp sets it.
      env: { ...process.env, ...(process.platform === 'darwin' ? { LDFLAGS: MAC_LIBRARY_PATH } : {}) },
    })
  } catch (error) {
    const lines = String((error as { stderr?: Buffer }).stderr).split('\n')
    const said = lines.find((line) => line.includes('Error')) ?? lines[0]
    throw new Unmet(`tfjs-node's addon cannot be built (it needs make, g++ and python3): ${said}`)
  }
}

if (process.argv[1] === import.meta.filename) console.error(`Native TensorFlow: ${installTensorflow()}`)
