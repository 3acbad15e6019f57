import { describe, expect, it } from 'vitest'
import { CALLER_HEADER, callerOfCall, callerOfRequest } from '../../../functions/src/caller.ts'

type Call = { uid?: string; named?: string; header?: string; ip?: string }
const callerOf = ({ uid, named, header, ip }: Call) => {
  const rawRequest = { get: (name: string) => (name === CALLER_HEADER ? header : undefined), ip }
  return callerOfCall({ auth: uid === undefined ? undefined : { uid }, rawRequest } as never, named)
}

describe('the caller of a call', () => {
  it('is the one who is signed in, whatever the call and its headers say', () =>
    expect(callerOf({ uid: 'u', named: 'n', header: 'h', ip: '1.1.1.1' })).toBe('u'))
  it.each<[string, Call, string]>([
    ['the one the call names', { named: 'n', header: 'h', ip: '1.1.1.1' }, 'n'],
    ['the one the header names', { header: 'h', ip: '1.1.1.1' }, 'h'],
    ['an address', { ip: '1.1.1.1' }, '1.1.1.1'],
    ['nobody', {}, ''],
  ])('is %s where nothing better is known', (_, call, caller) => expect(callerOf(call)).toBe(caller))
})

describe('the caller of a request', () => {
  const headers = (values: Record<string, string>) => (name: string) => values[name]
  it.each<[string, Record<string, string>, string]>([
    ['the one the header names', { [CALLER_HEADER]: 'h', 'X-Forwarded-For': '1.1.1.1' }, 'h'],
    ['the address that the first proxy saw', { 'X-Forwarded-For': ' 1.1.1.1 , 2.2.2.2' }, '1.1.1.1'],
    ['nobody', {}, ''],
  ])('is %s where nothing better is known', (_, values, caller) =>
    expect(callerOfRequest(headers(values))).toBe(caller),
  )
})
