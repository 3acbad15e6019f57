/**
 * The functions framework inflates and parses up to 1 GiB before it calls a function, and its limits cannot be set
 * (github.com/GoogleCloudPlatform/functions-framework-nodejs/blob/main/src/server.ts). Its parsers pass over a request whose
 * headers name no body. Express answers a path that it cannot decode with HTML, and logs it.
 */
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

/** From now on every request of this process comes to its function with its body unread and a path that can be read. */
export function goBeforeFramework(): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage }
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
