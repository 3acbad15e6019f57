/** What a browser keeps between visits; where it keeps nothing, nothing is remembered. */
export const remembered = {
  read(key: string): string | null {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  },
  write(key: string, value: string): void {
    try {
      localStorage.setItem(key, value)
    } catch {
      // Then not.
    }
  },
}
