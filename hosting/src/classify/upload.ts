/** `fetch` that tells how much of a body is sent, which the platform's own cannot. */

/** @param sent hears the share of the body that has left, in [0, 1] */
export const uploading =
  (sent: (share: number, bytes: number) => void): typeof fetch =>
  (input, init = {}) =>
    new Promise((resolve, reject) => {
      init.signal?.throwIfAborted()
      const request = new XMLHttpRequest()
      request.open(init.method ?? 'GET', String(input))
      request.responseType = 'blob'
      for (const [name, value] of new Headers(init.headers)) request.setRequestHeader(name, value)
      request.upload.onprogress = ({ loaded, total }) => sent(total > 0 ? loaded / total : 0, total)
      request.upload.onload = ({ total }) => sent(1, total)
      request.onload = () =>
        resolve(new Response(request.response, { status: request.status, headers: headersOf(request) }))
      request.onerror = () => reject(new TypeError('the request failed'))
      request.onabort = () => reject(new DOMException('cancelled', 'AbortError'))
      init.signal?.addEventListener('abort', () => request.abort(), { once: true })
      request.send(init.body as XMLHttpRequestBodyInit)
    })

function headersOf(request: XMLHttpRequest): Headers {
  const headers = new Headers()
  for (const line of request.getAllResponseHeaders().trim().split('\r\n')) {
    const [name, ...value] = line.split(': ')
    if (name) headers.append(name, value.join(': '))
  }
  return headers
}
