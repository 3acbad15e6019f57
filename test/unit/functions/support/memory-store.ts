import type { Store } from '@zoidberg/core/store.ts'

/** A bucket in memory. */
export function memoryStore(
  objects = new Map<string, Uint8Array>(),
): Store & { objects: Map<string, Uint8Array> } {
  return {
    objects,
    async read(path) {
      const bytes = objects.get(path)
      if (!bytes) throw new Error(`no such object: ${path}`)
      return bytes
    },
    write: async (path, bytes) => void objects.set(path, Buffer.from(bytes)),
    exists: async (path) => objects.has(path),
    list: async (prefix) =>
      [...objects.keys()].filter((path) => path.startsWith(prefix)).map((path) => ({ path, updated: 0 })),
    remove: async (path) => void objects.delete(path),
  }
}
