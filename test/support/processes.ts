import type { ChildProcess } from 'node:child_process'

/** What a process printed so far, and how it ends. */
export function watch(child: ChildProcess) {
  const output = { out: '', err: '' }
  child.stdout?.on('data', (chunk) => (output.out += chunk))
  child.stderr?.on('data', (chunk) => (output.err += chunk))
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('exit', (code) => resolve({ code, ...output })),
  )
  return { child, output, ended }
}
