/** An error that the page has words for, in each language. */
export class PlainError extends Error {
  readonly key: string
  readonly values: Record<string, string | number>

  /**
   * @param key of the words, such as `errors.unreachable`
   * @param values what they are filled in with
   */
  constructor(key: string, values: Record<string, string | number> = {}) {
    super(key)
    this.key = key
    this.values = values
  }
}
