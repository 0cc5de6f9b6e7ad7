import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { frozen } from './frozen'
import { pipe } from './pipe'

let room: string
let server: Server
let handle: (request: IncomingMessage, response: ServerResponse) => void

beforeEach(async () => {
  room = mkdtempSync(join(tmpdir(), 'cairn-pipe-'))
  process.env.CAIRN_SOCKET = join(room, 'agent.sock')
  server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(process.env.CAIRN_SOCKET, resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(room, { recursive: true, force: true })
})

const ask = (path: string, init?: RequestInit) => pipe(new Request(`http://localhost${path}`, init))

describe('pipe', () => {
  it('hands over path, query, body and wanted headers, and nothing else', async () => {
    let seen: IncomingMessage['headers'] = {}
    handle = (request, response) => {
      seen = request.headers
      request.pipe(
        response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'], 'x-secret': 'no' }),
      )
    }
    const response = await ask('/api/v1/runs?x=1', {
      method: 'POST',
      body: '{"a":"ü"}',
      headers: {
        'x-cairn-csrf': 'c',
        cookie: 's=1',
        'x-cairn-internal': 'frozen',
        'x-forwarded-for': '1.2.3.4',
        'x-middleware-subrequest': 'x',
        'content-type': 'application/json',
      },
    })
    expect(await response.text()).toBe('{"a":"ü"}')
    expect(response.status).toBe(201)
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(response.headers.get('x-secret')).toBeNull()
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(seen).toMatchObject({ 'x-cairn-csrf': 'c', cookie: 's=1', 'accept-encoding': 'identity' })
    for (const name of ['x-cairn-internal', 'x-forwarded-for', 'x-middleware-subrequest'])
      expect(seen[name]).toBeUndefined()
  })

  it('ends the agent’s stream when its reader leaves', async () => {
    const left = new Promise<void>((resolve) => {
      handle = (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {}\n\n')
        response.on('close', resolve)
      }
    })
    const response = await ask('/api/v1/events')
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform')
    const reader = response.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: {}\n\n')
    await reader?.cancel()
    await left
  })

  it('ends open streams when the process stops', async () => {
    handle = (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {}\n\n')
    const response = await ask('/api/v1/events')
    const reader = response.body?.getReader()
    await reader?.read()
    for (const close of [...(globalThis.cairnStreams ?? [])]) close()
    expect(await reader?.read()).toMatchObject({ done: true })
    expect(globalThis.cairnStreams?.size).toBe(0)
  })

  it('does not pass a cut answer off as a whole one', async () => {
    handle = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"half":')
      setTimeout(() => response.destroy(), 20)
    }
    const response = await ask('/api/v1/fleet')
    await expect(response.text()).rejects.toThrow()
  })

  it('says in words that nobody listens', async () => {
    process.env.CAIRN_SOCKET = join(room, 'nobody.sock')
    const response = await ask('/api/v1/fleet')
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({
      error: { code: 'agent-down', what: expect.stringContaining('ENOENT') },
    })
  })
})

describe('frozen', () => {
  it('asks only for well-formed ids, and tells gone from down', async () => {
    let asked = 0
    handle = (request, response) => {
      asked++
      response.writeHead(request.url?.includes('A'.repeat(22)) ? 500 : 404).end('{}')
    }
    for (const id of ['', ':id', '%2e%2e', 'short', 'x'.repeat(65), '０'.repeat(22)])
      expect(await frozen(id, 'page')).toBeNull()
    expect(asked).toBe(0)
    expect(await frozen('b'.repeat(22), 'page')).toBeNull()
    expect(await frozen('A'.repeat(22), 'page')).toBe('agent-down')
  })
})
