import { createServer } from 'node:net'
import { expect, it } from 'vitest'
// @ts-expect-error plain JavaScript: it runs before anything is installed
import { checkJava, checkNode, checkPorts, freePorts } from '../../scripts/checks.mjs'

it.each(['20.19.0', '22.17.1'])('refuses Node %s in one line that names the remedy', (version) =>
  expect(() => checkNode(version)).toThrow(/^Node .* is too old: install Node 22\.18 or later.*$/),
)
it.each(['22.18.0', '24.0.0'])('takes Node %s', (version) => expect(() => checkNode(version)).not.toThrow())

it.each<[number | undefined, RegExp]>([
  [undefined, /^Java was not found: install a JDK 21.*$/],
  [17, /^Java 17 is too old: install a JDK 21.*$/],
])('refuses Java %s in one line that names the remedy', (version, message) =>
  expect(() => checkJava(() => version)).toThrow(message),
)
it('takes Java 21', () => expect(() => checkJava(() => 21)).not.toThrow())

it('names a busy port and who wants it', async () => {
  const server = createServer()
  const { hosting } = await freePorts(['hosting'])
  await new Promise<void>((resolve) => server.listen(hosting, '127.0.0.1', resolve))
  await expect(checkPorts({ hosting })).rejects.toThrow(
    `Port ${hosting} (hosting emulator) is in use: stop what uses it`,
  )
  server.close()
  await expect(checkPorts(await freePorts(['a', 'b']))).resolves.toBeUndefined()
})
