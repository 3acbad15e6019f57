// Native TensorFlow for training: makes `@tensorflow/tfjs-node` loadable.
//
// 1. its own download of libtensorflow 2.9, which answers 403 since August 2026 (tensorflow/tfjs issue 8742);
// 2. else the libraries and headers of the PyPI wheel, cached per user, and the addon built by node-gyp.
// Linux on x64 is what is proven. Needs the packages of package-lock.json, installed without their scripts.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const TENSORFLOW_VERSION = '2.21.0'
const NAPI_VERSION = '8' // the newest that tfjs-node 4.22 declares
const OFFICIAL_DOWNLOAD_LIMIT_MS = 5 * 60_000
const WHEELS = {
  'linux-x64': ['tensorflow-cpu', 'manylinux_2_27_x86_64'],
  'linux-x64-gpu': ['tensorflow', 'manylinux_2_27_x86_64'], // with the CUDA kernels; CUDA itself is the image's
  'linux-arm64': ['tensorflow', 'manylinux_2_27_aarch64'],
}

const require = createRequire(import.meta.url)
const addonHome = dirname(require.resolve('@tensorflow/tfjs-node/package.json'))

const run = (command, args, options = {}) =>
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26, ...options })

/** ZOIDBERG_DEVICE=gpu takes the libraries with CUDA kernels; only the job's GPU image does. */
const isForGpu = process.env.ZOIDBERG_DEVICE === 'gpu'

/** Whether a fresh process can load the addon. */
export function tensorflowLoads() {
  const probe = `const u = require('util'); u.isNullOrUndefined ??= (v) => v == null; u.isArray ??= Array.isArray
    require(${JSON.stringify(addonHome)})`
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' }
  return spawnSync(process.execPath, ['-e', probe], { stdio: 'ignore', env }).status === 0
}

/** Installs what is missing; returns how. Throws an Error that names the remedy. */
export function installTensorflow(log = console.error) {
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

function officialDownload() {
  const options = { cwd: addonHome, stdio: 'ignore', timeout: OFFICIAL_DOWNLOAD_LIMIT_MS }
  const ok = spawnSync(process.execPath, ['scripts/install.js'], options).status === 0
  if (!ok) rmSync(join(addonHome, 'deps'), { recursive: true, force: true })
  return ok
}

/** The folder with `lib/` and `include/`, filled from the wheel the first time. */
function librariesFromWheel() {
  const machine = `${process.platform}-${process.arch}${isForGpu ? '-gpu' : ''}`
  const wheel = WHEELS[machine]
  if (!wheel)
    throw new Error(
      `no TensorFlow wheel is known for ${machine}; \`npm start\` works without it, on WebAssembly`,
    )
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'zoidberg')
  const target = join(cache, `tensorflow-${TENSORFLOW_VERSION}-${machine}`)
  if (existsSync(target)) return target

  mkdirSync(cache, { recursive: true })
  const scratch = mkdtempSync(join(cache, 'partial-'))
  try {
    const [name, platform] = wheel
    run('python3', [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--only-binary=:all:',
      '--python-version=3.11',
      `--platform=${platform}`,
      `--dest=${scratch}`,
      `${name}==${TENSORFLOW_VERSION}`,
    ])
    const archive = join(
      scratch,
      readdirSync(scratch).find((file) => file.endsWith('.whl')),
    )
    const wanted = `('tensorflow/libtensorflow_', 'tensorflow/include/')`
    run('python3', [
      '-c',
      `import sys, zipfile; z = zipfile.ZipFile(sys.argv[1])
z.extractall(sys.argv[2], [n for n in z.namelist() if n.startswith(${wanted})])`,
      archive,
      scratch,
    ])
    const unpacked = join(scratch, 'tensorflow')
    mkdirSync(join(unpacked, 'lib'))
    for (const [from, to] of [
      ['libtensorflow_cc', 'libtensorflow'],
      ['libtensorflow_framework', 'libtensorflow_framework'],
    ]) {
      renameSync(join(unpacked, `${from}.so.2`), join(unpacked, 'lib', `${from}.so.2`))
      for (const alias of [`${to}.so`, `${to}.so.2`])
        if (!existsSync(join(unpacked, 'lib', alias)))
          symlinkSync(`${from}.so.2`, join(unpacked, 'lib', alias))
    }
    renameSync(unpacked, target) // last, so a killed install leaves nothing that looks whole
    return target
  } catch (error) {
    const remedy = 'it needs python3 with pip, and a package index that has the wheel'
    throw new Error(
      `could not get TensorFlow's wheel (${remedy}): ${error.stderr?.toString().trim() || error.message}`,
    )
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function buildAddon() {
  const output = join(addonHome, 'lib', `napi-v${NAPI_VERSION}`) // the addon looks for deps/lib two folders up
  const gyp = require.resolve('node-gyp/bin/node-gyp.js')
  const variables = { napi_build_version: NAPI_VERSION, module_name: 'tfjs_binding', module_path: output }
  const flags = Object.entries(variables).map(([key, value]) => `--${key}=${value}`)
  try {
    run(process.execPath, [gyp, 'rebuild', '--loglevel=error', ...flags], { cwd: addonHome })
  } catch (error) {
    const remedy = 'it needs make, g++ and python3'
    throw new Error(
      `could not build tfjs-node's addon (${remedy}): ${error.stderr?.toString().trim() || error.message}`,
    )
  }
}

if (process.argv[1] === import.meta.filename) console.error(`Native TensorFlow: ${installTensorflow()}`)
