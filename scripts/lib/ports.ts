/** Ports of this machine: which are free, and which of the emulators' are not. */
import { createServer } from 'node:net'
import { Unmet } from './fail.ts'

/** @returns whether nothing listens on a port of 127.0.0.1 */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/**
 * @param ports by the emulator's name
 * @throws Unmet naming the first that is in use
 */
export async function assertFree(ports: Record<string, number>): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    if (await isFree(port)) continue
    throw new Unmet(
      `Port ${port} (${name} emulator) is in use: stop what uses it, or change it in firebase.json.`,
    )
  }
}

/**
 * @returns the first free port from `wanted` on
 * @throws Unmet if the next hundred are all in use
 */
export async function nextFree(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 100; port++) if (await isFree(port)) return port
  throw new Unmet(`Ports ${wanted} to ${wanted + 99} are all in use: choose one with -- --port N.`)
}

/** @returns a different free port for every name */
export async function freePorts<Name extends string>(names: readonly Name[]): Promise<Record<Name, number>> {
  const servers = await Promise.all(
    names.map(
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = names.map((name, i) => [name, (servers[i].address() as { port: number }).port])
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return Object.fromEntries(ports)
}
