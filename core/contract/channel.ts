/** Channels: the names under which models answer. What Firestore keeps of them, and the admin calls that move them. */
import { z } from 'zod'

export const DEFAULT_CHANNEL = 'production'
export const CHANNEL_NAME = /^[a-z][a-z0-9-]{0,30}$/
export const MODEL_ID = /^[a-z0-9][a-z0-9-]{2,62}$/

export type Canary = { modelId: string; percent: number }

/** @property manifests SHA-256 of the manifest of each model that it names; a channel of before this was kept has none */
export type Channel = {
  modelId: string
  previousModelId: string | null
  canary: Canary | null
  updatedAt: string
  updatedBy: string
  manifests?: Record<string, string>
}

/** Who moved a channel and why; kept in `channels/{name}/audit`. */
export type AuditEntry = {
  action: 'promote' | 'rollback' | 'canary'
  at: string
  by: string
  why: string
  from: Pick<Channel, 'modelId' | 'canary'> | null
  to: Pick<Channel, 'modelId' | 'canary'>
}

/**
 * What a model did on a day, in `counters/{modelId}/days/{day}`.
 * @property day as 2026-11-24, in UTC
 * @property errors failures of ours; a file that is no image is none
 * @property latency answers by the end of their bucket: `to25`, … in milliseconds, and `slower`
 * @property probability answers by tenths of the probability of any finding: `p0` is under 0.1, … `p9` from 0.9 on
 * @property warnings by their codes
 */
export type DailyCounts = {
  modelId: string
  day: string
  requests: number
  errors: number
  positives: number
  milliseconds: number
  latency: Record<string, number>
  probability?: Record<string, number>
  warnings?: Record<string, number>
}

const channel = z.string().regex(CHANNEL_NAME).default(DEFAULT_CHANNEL)
const modelId = z.string().regex(MODEL_ID)
const why = z.string().max(500).default('').describe('for the audit trail')

export const promoteSchema = z.strictObject({ modelId, channel, why })
export const rollbackSchema = z.strictObject({ channel, why })
export const readCountersSchema = z.strictObject({
  modelIds: z.array(modelId).max(20).describe('of the newest thirty days each'),
})
export const listModelsSchema = z.strictObject({})
export const listDatasetsSchema = z.strictObject({})
export const readModelSchema = z.strictObject({
  modelId,
  report: z.boolean().default(false).describe('brings the report too, as HTML'),
})
export const setCanarySchema = z.strictObject({
  modelId: modelId.optional(),
  percent: z.number().min(0).max(100).describe('of the callers; 0 ends the canary'),
  channel,
  why,
})
