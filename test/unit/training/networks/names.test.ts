import { NETWORK_NAMES } from '@zoidberg/core/contract/run.ts'
import { NETWORKS } from '@zoidberg/training/networks/index.ts'
import { expect, it } from 'vitest'

it('the networks that a run may ask for are those there are', () => {
  expect(NETWORKS.map(({ name }) => name).sort()).toEqual([...NETWORK_NAMES].sort())
})
