/** @returns what `Access-Control-Allow-Origin` is to say to a page of this origin; null if it may not read answers */
export const allowedOrigin = (origin: string, allowed: string[]): string | null =>
  allowed.includes('*') ? '*' : allowed.includes(origin) ? origin : null
