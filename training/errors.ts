/** Errors that decide how a command ends. */

/** Wrong input or usage ends a command with exit code 2, and only the message is shown. */
export class UsageError extends Error {}

/** An interrupt before there was anything to save ends a command with exit code 130. */
export class InterruptedError extends Error {}

/** The bucket did not take or give a checkpoint: what was trained is not to blame. */
export class CheckpointError extends Error {}
