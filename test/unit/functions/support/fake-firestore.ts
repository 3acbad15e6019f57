/**
 * As much of Firestore as runs need, in memory: documents with update times, conditional writes, and batches that are
 * applied as a whole or not at all. A write that changes nothing leaves the update time as it is, as Firestore does.
 */
import { isDeepStrictEqual } from 'node:util'
import type { StartRunOptions } from '../../../../functions/src/admin/start-run.ts'

type Data = Record<string, unknown>
type Stored = { data: Data; updateTime: number }
type Condition = { lastUpdateTime?: number }
type Write = { path: string; apply(before: Stored | undefined): Data }

const failure = (code: number, message: string) => Object.assign(new Error(message), { code })

/** @param delay is waited for before every read and write, so that tests may shuffle who comes when */
export function fakeFirestore(delay: () => Promise<void> = async () => {}) {
  const documents = new Map<string, Stored>()
  let clock = 0

  async function commit(writes: Write[]): Promise<void> {
    await delay()
    const made = writes.map(({ path, apply }) => [path, apply(documents.get(path))] as const)
    clock++
    for (const [path, data] of made) {
      const before = documents.get(path)
      const isSame = before !== undefined && isDeepStrictEqual(before.data, data)
      documents.set(path, { data: structuredClone(data), updateTime: isSame ? before.updateTime : clock })
    }
  }
  const createWrite = ({ path }: { path: string }, data: Data): Write => ({
    path,
    apply(before) {
      if (before) throw failure(6, `ALREADY_EXISTS: ${path}`)
      return data
    },
  })
  const updateWrite = ({ path }: { path: string }, data: Data, condition: Condition = {}): Write => ({
    path,
    apply(before) {
      if (!before) throw failure(5, `NOT_FOUND: ${path}`)
      if (condition.lastUpdateTime !== undefined && condition.lastUpdateTime !== before.updateTime)
        throw failure(9, `FAILED_PRECONDITION: ${path}`)
      return { ...before.data, ...data }
    },
  })
  const snapshotOf = (path: string) => {
    const stored = documents.get(path)
    return {
      id: path.split('/').at(-1),
      ref: doc(path),
      exists: stored !== undefined,
      updateTime: stored?.updateTime,
      data: () => stored && structuredClone(stored.data),
    }
  }
  const doc = (path: string) => ({
    path,
    async get() {
      await delay()
      return snapshotOf(path)
    },
    update: (data: Data, condition?: Condition) => commit([updateWrite({ path }, data, condition)]),
  })
  const firestore = {
    doc,
    collection: (name: string) => ({
      doc: (id: string) => doc(`${name}/${id}`),
      where: (field: string, _: 'in', values: unknown[]) => ({
        async get() {
          await delay()
          const paths = [...documents.keys()].filter((path) => path.startsWith(`${name}/`))
          const docs = paths.map(snapshotOf).filter((snapshot) => values.includes(snapshot.data()?.[field]))
          return { docs }
        },
      }),
    }),
    batch() {
      const writes: Write[] = []
      return {
        create: (ref: { path: string }, data: Data) => void writes.push(createWrite(ref, data)),
        update: (ref: { path: string }, data: Data, condition?: Condition) =>
          void writes.push(updateWrite(ref, data, condition)),
        commit: () => commit(writes),
      }
    },
  }
  return {
    firestore: firestore as unknown as StartRunOptions['firestore'],
    /** @returns what a document holds */
    read: <T>(path: string) => documents.get(path)?.data as T,
    /** Replaces a document, whatever it holds. */
    write: (path: string, data: object) => {
      clock++
      documents.set(path, { data: structuredClone(data) as Data, updateTime: clock })
    },
  }
}
