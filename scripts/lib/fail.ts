/** How a command ends that cannot go on. */

/** Something the user can mend; its message is one line that names the remedy. */
export class Unmet extends Error {}

/** Runs a command and sets the exit code: 2 for what the user can mend, 1 for anything else. */
export async function main(command: () => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await command()) ?? 0
  } catch (error) {
    console.error(error instanceof Unmet ? error.message : error)
    process.exitCode = error instanceof Unmet ? 2 : 1
  }
}
