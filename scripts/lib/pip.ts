/** Files from PyPI, for what npm does not have. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Kept between clones of the repository. */
export const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'zoidberg')

function run(args: string[]): void {
  const python = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-m', 'pip', '--version']).status === 0,
  )
  if (!python) throw new Error('python3 with pip is missing')
  try {
    execFileSync(python, args, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 })
  } catch (error) {
    const said = (error as { stderr?: Buffer }).stderr?.toString().trim().split('\n').pop()
    throw new Error(said || (error as Error).message)
  }
}

/**
 * Downloads a wheel, without what it depends on.
 *
 * @param requirement such as `tensorflow-cpu==2.21.0`
 * @param options of pip, such as a platform other than this one
 * @param sha256 of the wheel, where it is known: pip refuses any other
 * @returns the path of the wheel in `folder`
 * @throws Error with the last line that pip said
 */
export function pipDownload(
  requirement: string,
  folder: string,
  { options = [], sha256 }: { options?: string[]; sha256?: string } = {},
): string {
  const wheels = ['--only-binary=:all:', '--no-deps', `--dest=${folder}`]
  const list = join(folder, 'requirements.txt')
  writeFileSync(list, sha256 ? `${requirement} --hash=sha256:${sha256}` : requirement)
  const wanted = ['--requirement', list, ...(sha256 ? ['--require-hashes'] : [])]
  run(['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', ...wheels, ...options, ...wanted])
  return join(folder, readdirSync(folder).find((file) => file.endsWith('.whl')) as string)
}

/** Unpacks the parts of a wheel whose names start with one of `prefixes`. Permissions are lost. */
export function unzip(wheel: string, folder: string, ...prefixes: string[]): void {
  const program = `import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
z.extractall(sys.argv[2], [n for n in z.namelist() if n.startswith(tuple(sys.argv[3:]))])`
  run(['-c', program, wheel, folder, ...prefixes])
}
