/** The same question for a terminal. Pure. */

/** Quotes for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

/** @returns a command that asks the same of the same server; of a sample, it gets the film first */
export function curlFor(
  { file, sample }: { file: string; sample?: string },
  { origin, model }: { origin: string; model: string },
): string {
  const url = `${origin}/api/predict?${new URLSearchParams({ explain: '1', model })}`
  const ask = (from: string) => `curl -F ${quoted(`image=@${from}`)} ${quoted(url)}`
  if (!sample) return ask(file)
  const film = `${origin}/api/samples/${encodeURIComponent(sample)}`
  return `curl -o ${quoted(file)} ${quoted(film)} && ${ask(file)}`
}
