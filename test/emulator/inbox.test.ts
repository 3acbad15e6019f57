/** A file that lands in somebody's inbox is answered for them, and for nobody else. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ANSWERS, type Answer } from '@zoidberg/core/contract/inbox.ts'
import { bucketStore } from '@zoidberg/core/store.ts'
import { collection, doc, getDoc, getDocs, onSnapshot, query, setDoc, where } from 'firebase/firestore'
import { deleteObject, getBytes, listAll, ref, uploadBytes } from 'firebase/storage'
import { getStorage } from 'firebase-admin/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { client, closeClients } from '../support/clients.ts'
import { DEFAULT_MODEL, publishDefault, serving } from '../support/emulators.ts'

type Client = Awaited<ReturnType<typeof client>>
const bucket = bucketStore(getStorage().bucket('demo-zoidberg-inbox'))
const UID = `ada-${randomUUID()}`
let ada: Client
let bob: Client
let film: Uint8Array

beforeAll(async () => {
  await publishDefault()
  ada = await client('ada', {}, UID)
  bob = await client('bob', {}, 'bob')
  film = await readFile(`${DEFAULT_MODEL}films/virus-1.jpeg`)
})
afterAll(closeClients)

const answersTo = (who: Client, file: string) =>
  query(collection(who.serving, ANSWERS), where('uid', '==', UID), where('file', '==', file))

/** As docs/api.md shows it: uploads, and waits for the answer. */
const ask = (who: Client, file: string, bytes: Uint8Array): Promise<Answer & { id: string }> =>
  new Promise((resolve, reject) => {
    const stop = onSnapshot(
      answersTo(who, file),
      ({ docs: [answer] }) => {
        if (!answer) return
        stop()
        resolve({ id: answer.id, ...(answer.data() as Answer) })
      },
      reject,
    )
    uploadBytes(ref(who.inbox, `inbox/${UID}/${file}`), bytes, { contentType: 'image/jpeg' }).catch(reject)
  })

/** The upload is deleted just after its answer. */
const isGone = (file: string) =>
  expect.poll(() => bucket.exists(`inbox/${UID}/${file}`), { timeout: 10_000 }).toBe(false)

describe('the inbox', () => {
  it('answers an X-ray that lands in it, and keeps none', async () => {
    const answer = await ask(ada, 'film.jpeg', film)
    expect(answer).toMatchObject({
      uid: UID,
      file: 'film.jpeg',
      error: null,
      prediction: { file: 'film.jpeg', label: 'VIRUS', decision: { positive: true } },
    })
    await isGone('film.jpeg')
    expect((await serving.doc(`${ANSWERS}/${answer.id}`).get()).data()?.expiresAt.toDate().getTime()).toBe(
      Date.parse(answer.at) + 30 * 86_400_000,
    )
  })

  it('ends a file that is no image with the reason', async () => {
    const { prediction, error } = await ask(ada, 'notes.txt', Buffer.from('no image at all'))
    expect(prediction).toBeNull()
    expect(error).toMatchObject({ status: 400, file: 'notes.txt' })
    await isGone('notes.txt')
  })

  it('shows an answer to its owner alone, and lets nobody change it', async () => {
    const denied = { code: 'permission-denied' }
    const { id } = await ask(ada, 'mine.jpeg', film)
    const path = `${ANSWERS}/${id}`
    expect((await getDoc(doc(ada.serving, path))).data()).toMatchObject({ uid: UID })
    await expect(getDoc(doc(bob.serving, path))).rejects.toMatchObject(denied)
    await expect(getDocs(answersTo(bob, 'mine.jpeg'))).rejects.toMatchObject(denied)
    for (const who of [ada, bob])
      await expect(setDoc(doc(who.serving, path), { uid: 'bob' })).rejects.toMatchObject(denied)
  })

  it('takes files of its owner alone, of a size, that nobody reads, lists or deletes', async () => {
    const denied = { code: 'storage/unauthorized' }
    const place = (who: Client, path: string) => ref(who.inbox, path)
    const put = (who: Client, path: string, bytes = film) => uploadBytes(place(who, path), bytes)
    const nobody = await client('nobody')
    await expect(put(bob, `inbox/${UID}/x.jpeg`)).rejects.toMatchObject(denied)
    await expect(put(nobody, `inbox/${UID}/x.jpeg`)).rejects.toMatchObject(denied)
    await expect(put(ada, `inbox/${UID}/deeper/x.jpeg`)).rejects.toMatchObject(denied)
    await expect(put(ada, `inbox/${UID}/${'n'.repeat(121)}`)).rejects.toMatchObject(denied)
    const large = Buffer.alloc(10 * 1024 * 1024 + 1)
    await expect(put(ada, `inbox/${UID}/large.jpeg`, large)).rejects.toMatchObject(denied)
    const path = `inbox/${UID}/mine.jpeg`
    await expect(getBytes(place(ada, path))).rejects.toMatchObject(denied)
    await expect(listAll(place(ada, `inbox/${UID}`))).rejects.toMatchObject(denied)
    await expect(deleteObject(place(ada, path))).rejects.toMatchObject(denied)
  })
})
