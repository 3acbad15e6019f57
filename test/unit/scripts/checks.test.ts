import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { environmentWithJava } from '../../../scripts/lib/java.ts'
import { assertFree, freePorts, nextFree } from '../../../scripts/lib/ports.ts'

describe('ports', () => {
  const listen = async (port: number) => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return server
  }
  it('of an emulator that are in use are named, with who wants them', async () => {
    const { hosting } = await freePorts(['hosting'])
    const server = await listen(hosting)
    await expect(assertFree({ hosting })).rejects.toThrow(
      `Port ${hosting} (hosting emulator) is in use: stop what uses it`,
    )
    server.close()
    await expect(assertFree(await freePorts(['a', 'b']))).resolves.toBeUndefined()
  })
  it('in use are passed over for the next free one', async () => {
    const { page } = await freePorts(['page'])
    expect(await nextFree(page)).toBe(page)
    const server = await listen(page)
    expect(await nextFree(page)).toBeGreaterThan(page)
    server.close()
  })
})

describe.skipIf(process.platform === 'win32')('Java for the emulators', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zoidberg-java-'))
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true })
  })
  /** A home whose `java` says that it is of a version. */
  async function fakeJava(version: string): Promise<string> {
    const home = join(folder, `jdk-${version}`)
    await mkdir(join(home, 'bin'), { recursive: true })
    const binary = join(home, 'bin/java')
    await writeFile(binary, `#!/bin/sh\necho 'openjdk version "${version}" 2026' >&2\n`)
    await chmod(binary, 0o755)
    return home
  }
  it('is the first of the machine that is new enough, wherever it lies', async () => {
    const [old, older, good] = [await fakeJava('17.0.2'), await fakeJava('1.8.0_1'), await fakeJava('21.0.4')]
    vi.stubEnv('PATH', join(old, 'bin'))
    const { PATH, JAVA_HOME } = environmentWithJava([older, join(folder, 'nothing'), good])
    expect(JAVA_HOME).toBe(good)
    expect(PATH.startsWith(join(good, 'bin'))).toBe(true)
  })
  it('on the PATH is taken as it is', async () => {
    const path = join(await fakeJava('25'), 'bin')
    vi.stubEnv('PATH', path)
    expect(environmentWithJava([])).toEqual({ PATH: path })
  })
  it('that is nowhere to be had is told in one line with the remedy', () => {
    vi.stubEnv('PATH', folder)
    vi.stubEnv('XDG_CACHE_HOME', folder)
    expect(() => environmentWithJava([])).toThrow(
      /^The emulators need Java 21 or later, and none could be fetched .* install a JDK from adoptium\.net\.$/,
    )
  })
})
