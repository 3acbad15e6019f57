/** Wrong input or usage: exit code 2, and only the message is shown. */
export class UsageError extends Error {}
