import { describe, expect, it } from 'vitest'
import { addressOf, type Known, payerOf } from '../../../functions/src/payer.ts'

const rates = { anonymous: 60, known: 600 }

describe('who pays for an image', () => {
  it.each<[string, Known, string, number]>([
    ['the account', { uid: 'u', app: 'a', address: '1.1.1.1' }, 'uid u', 600],
    ['the app at an address', { app: 'a', address: '1.1.1.1' }, 'app a 1.1.1.1', 600],
    ['the address', { address: '1.1.1.1' }, 'address 1.1.1.1', 60],
  ])('is %s where nothing better is known', (_, known, key, perMinute) =>
    expect(payerOf(known, rates)).toEqual({ key, perMinute }),
  )
})

describe('the address of a client', () => {
  it.each<[string, string | undefined, number, string]>([
    ['without proxies, what Google saw', '9.9.9.9, 1.1.1.1', 0, '1.1.1.1'],
    [
      'behind one, what that proxy saw, whatever the client wrote before it',
      '9.9.9.9, 1.1.1.1, 2.2.2.2',
      1,
      '1.1.1.1',
    ],
    ['the only one there is', '1.1.1.1', 1, '1.1.1.1'],
    ['that of the connection, without the header', undefined, 1, '127.0.0.1'],
  ])('is, %s', (_, forwarded, proxies, address) =>
    expect(addressOf(forwarded, '127.0.0.1', proxies)).toBe(address),
  )
})
