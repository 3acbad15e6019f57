/**
 * The functions framework inflates and parses up to 1 GiB before it calls a function, and its limits cannot be set
 * (github.com/GoogleCloudPlatform/functions-framework-nodejs/blob/main/src/server.ts). Its parsers pass over a request whose
 * headers name no body. Express answers a path that it cannot decode with HTML, and logs it. What it answers by itself needs
 * the security headers too.
 */
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** For what is data and never a page: cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html */
const SECURITY_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
}

/** From now on every request of this process comes to its function with its body unread and a path that can be decoded. */
export function goBeforeFramework(): void {
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    delete request.headers['content-length']
    delete request.headers['transfer-encoding']
    if (!isDecodable(request.url ?? '')) request.url = '/'
  })
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path.split('?')[0])
    return true
  } catch {
    return false
  }
}
