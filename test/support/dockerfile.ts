/** deploy/Dockerfile as data: stages and what they copy. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

export type Stage = {
  name: string
  from: string
  instructions: { keyword: string; rest: string }[]
}

export async function readStages(): Promise<Stage[]> {
  const text = await readFile(join(ROOT, 'deploy/Dockerfile'), 'utf8')
  const lines = text.replaceAll(/\\\n/g, ' ').split('\n')
  const stages: Stage[] = []
  for (const line of lines) {
    const [, keyword, rest] = line.match(/^([A-Z]+)\s+(.*)$/) ?? []
    if (!keyword) continue
    const [, from, name] = keyword === 'FROM' ? (rest.match(/^(\S+) AS (\S+)$/) ?? []) : []
    if (from) stages.push({ name, from, instructions: [] })
    else stages.at(-1)?.instructions.push({ keyword, rest })
  }
  return stages
}

/** `COPY` lines of a stage: where from (undefined for the repository), which paths, where to. */
export const copiesOf = (stage: Stage): { from?: string; sources: string[]; target: string }[] =>
  stage.instructions
    .filter(({ keyword }) => keyword === 'COPY')
    .map(({ rest }) => {
      const words = rest.split(/\s+/)
      const from = words[0].startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined
      return { from, sources: words.slice(0, -1), target: words.at(-1) as string }
    })
