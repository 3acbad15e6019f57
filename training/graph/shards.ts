/** Weights as numbered files, named as every tfjs tool names them. */
export const SHARD_BYTES = 4 * 1024 * 1024

/** @returns the weights in shards of 4 MiB, the last one shorter: `group1-shard1of3.bin`, … */
export function toShards(weights: Uint8Array): [name: string, bytes: Uint8Array][] {
  const count = Math.max(1, Math.ceil(weights.length / SHARD_BYTES))
  return Array.from({ length: count }, (_, i) => [
    `group1-shard${i + 1}of${count}.bin`,
    weights.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES),
  ])
}
