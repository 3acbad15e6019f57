/** Wrong input or usage: exit code 2, and only the message is shown. */
export class UsageError extends Error {}

/** Ctrl-C before there was anything to save: exit code 130. */
export class InterruptedError extends Error {}

/** The bucket did not take or give a checkpoint: what was trained is not to blame. */
export class CheckpointError extends Error {}
