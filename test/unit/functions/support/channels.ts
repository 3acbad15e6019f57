import type { Channel } from '@zoidberg/core/contract/channel.ts'

/** A channel that names one model, and whatever else a test needs. */
export const channelOf = (modelId: string, more: Partial<Channel> = {}): Channel => ({
  modelId,
  previousModelId: null,
  canary: null,
  updatedAt: '',
  updatedBy: '',
  ...more,
})
