/** Where a run keeps checkpoints in the bucket: `runs/{id}/trials/{name}`. */
export const checkpointPath = (run: string, name: string): string => `runs/${run}/trials/${name}`
