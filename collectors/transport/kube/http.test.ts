import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { Credentials } from './credentials'
import { KubeHttp } from './http'

let server: Server | null = null
afterEach(() => {
  server?.close()
  server?.closeAllConnections()
})

async function against(answer: (response: ServerResponse) => void, path = ''): Promise<KubeHttp> {
  server = createServer((_, response) => answer(response))
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const source = {
    renewable: false,
    maxAgeMs: null,
    load: async () => ({ identity: { headers: {} }, expiresAt: null }),
  }
  const target = {
    server: new URL(`http://127.0.0.1:${port}${path}`),
    context: null,
    clusterName: 'c',
    tls: { ca: null, servername: null, insecure: false },
    source,
    warnings: [],
  }
  return new KubeHttp(target, new Credentials(source, Date.now))
}

const get = (http: KubeHttp, maxBytes = 1000) =>
  http.send({ method: 'GET', path: '/x', gzip: true, headersMs: 300 }, 300, maxBytes)
const json = { 'content-type': 'application/json' }

describe('answers that are not what they should be', () => {
  it('reads gzip, and stops a gzip bomb at the cap', async () => {
    const zipped = (text: string) => {
      const body = gzipSync(text)
      return (response: ServerResponse) => response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(body)
    }
    expect(await get(await against(zipped('{"a":1}')))).toMatchObject({ status: 'ok', body: { a: 1 } })
    await expect(get(await against(zipped('x'.repeat(50_000_000))))).rejects.toMatchObject({ status: 'unreadable' })
    const cut = gzipSync('{"a":"b"}').subarray(0, 12)
    await expect(
      get(await against((response) => response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(cut))),
    ).rejects.toMatchObject({ status: 'unreadable' })
  })

  it('a redirect, HTML and broken JSON are unreadable; a redirect is not followed', async () => {
    expect(
      await get(await against((response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())),
    ).toMatchObject({ status: 'unreadable', httpStatus: 302 })
    expect(await get(await against((response) => response.writeHead(200, json).end('{"items":[')))).toMatchObject({
      status: 'unreadable',
    })
  })

  it('a trickle does not hold a request open, and half an answer is no answer', async () => {
    const from = Date.now()
    const trickle = await against((response) => {
      response.writeHead(200, json)
      const timer = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(timer))
    })
    await expect(get(trickle)).rejects.toMatchObject({ status: 'timeout' })
    expect(Date.now() - from).toBeLessThan(1500)
    const half = await against((response) =>
      response.writeHead(200, { ...json, 'content-length': '100' }).write('{}', () => response.socket?.destroy()),
    )
    await expect(get(half)).rejects.toMatchObject({ status: 'unreachable' })
  })

  it('keeps the path prefix of the server', async () => {
    let asked = ''
    const http = await against((response) => {
      asked = response.req.url ?? ''
      response.writeHead(200, json).end('{}')
    }, '/k8s/clusters/c-1/')
    await get(http)
    expect(asked).toBe('/k8s/clusters/c-1/x')
  })
})
