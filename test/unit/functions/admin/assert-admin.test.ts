import { expect, it, vi } from 'vitest'
import { assertAdmin } from '../../../../functions/src/admin/assert-admin.ts'

const yes = async () => true

it('names an admin by e-mail address, or else by uid', async () => {
  expect(await assertAdmin({ uid: 'a', token: { admin: true, email: 'a@example.com' } }, yes)).toBe(
    'a@example.com',
  )
  expect(await assertAdmin({ uid: 'a', token: { admin: true } }, yes)).toBe('a')
})

it.each([
  ['nobody who is not signed in', undefined, 'unauthenticated'],
  ['nobody without the claim', { uid: 'a', token: {} }, 'permission-denied'],
  ['nobody without a uid', { uid: undefined, token: { admin: true } }, 'unauthenticated'],
  ['nobody with an empty uid', { uid: '', token: { admin: true } }, 'unauthenticated'],
  ['nobody with a uid of 300 letters', { uid: 'a'.repeat(300), token: { admin: true } }, 'unauthenticated'],
  ['nobody whose uid is no text', { uid: { a: 1 }, token: { admin: true } }, 'unauthenticated'],
  ['no claim but true', { uid: 'a', token: { admin: 'true' } }, 'permission-denied'],
])('lets %s pass, and asks for no account', async (_, auth, type) => {
  const hasClaim = vi.fn(yes)
  await expect(assertAdmin(auth, hasClaim)).rejects.toMatchObject({ type })
  expect(hasClaim).not.toHaveBeenCalled()
})

it('lets nobody pass whose account is no admin any more, whatever the token says', async () => {
  const hasClaim = vi.fn(async () => false)
  await expect(assertAdmin({ uid: 'a', token: { admin: true } }, hasClaim)).rejects.toMatchObject({
    type: 'permission-denied',
    message: 'You are no admin any more.',
  })
  expect(hasClaim).toHaveBeenCalledExactlyOnceWith('a')
})
