import { message, varint } from '@zoidberg/core/protobuf.ts'
import { expect, it } from 'vitest'

// Examples of protobuf.dev/programming-guides/encoding.
it.each([
  [1, [0x01]],
  [150, [0x96, 0x01]],
  [-2, [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
])('writes %i in groups of seven bits', (value, bytes) => expect(varint(value)).toEqual(bytes))

it('writes integers, texts, floats and messages with their numbers', () => {
  expect([...message([{ field: 1, integer: 150 }])]).toEqual([0x08, 0x96, 0x01])
  expect([...message([{ field: 2, bytes: Buffer.from('testing') }])]).toEqual([
    0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
  ])
  const inner = message([{ field: 1, integer: 150 }])
  expect([...message([{ field: 3, bytes: inner }])]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01])
  expect([...message([{ field: 5, float: 1 }])]).toEqual([0x2d, 0x00, 0x00, 0x80, 0x3f])
})
