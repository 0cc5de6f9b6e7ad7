import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { verifyAudit } from '@/lib/agent/audit'
import { sha256 } from '@/lib/agent/login/secret'
import { apiError } from '@/lib/contract/api'
import { INTERNAL_HOST } from '@/lib/contract/internal-host'
import { openapi } from '@/lib/contract/openapi'
import { type Route, routes } from '@/lib/contract/routes'
import { AgentUnreachable, ApiRefusal, callAgent } from '@/lib/contract/socket-client'
import { callSocket, HOST, ORIGIN, type RunningAgent, runAgent, signIn } from './fixtures/running-agent'

const NODE = 'dgx030.example.net'
const TOKENS = {
  view: 'view.0123456789abcdefghij',
  oper: 'oper.0123456789abcdefghij',
  root: 'root.0123456789abcdefghij',
}
const TOKEN_YAML = `login:\n  tokens:\n    - { name: view, sha256: ${sha256(TOKENS.view)}, role: viewer }\n    - { name: oper, sha256: ${sha256(TOKENS.oper)}, role: operator }\n    - { name: root, sha256: ${sha256(TOKENS.root)}, role: admin }\n`

const pathOf = (route: Route) =>
  `/api/v1${route.path
    .replace('{name}', NODE)
    .replace('{id}', 'r1')
    .replace(/\{[a-z]+\}/, 'x')}`

describe('route table (SEC-11)', () => {
  let running: RunningAgent
  beforeAll(async () => {
    running = await runAgent(TOKEN_YAML)
  })
  afterAll(() => running.stop())

  it('denies every route to nobody, and to a role that is too low', async () => {
    const order = ['viewer', 'operator', 'admin']
    for (const route of Object.values(routes) as Route[]) {
      if (route.role === 'anyone') continue
      const json: Record<string, string> = route.method === 'GET' ? {} : { 'content-type': 'application/json' }
      const nobody = await running.call({ method: route.method, path: pathOf(route), headers: json })
      expect([route.path, nobody.status]).toEqual([route.path, route.method === 'GET' ? 401 : 403])
      for (const [name, role] of [
        ['view', 'viewer'],
        ['oper', 'operator'],
        ['root', 'admin'],
      ] as const) {
        const headers = { ...json, authorization: `Bearer ${TOKENS[name]}` }
        const { status, text } = await running.call({
          method: route.method,
          path: pathOf(route),
          headers,
          body: route.method === 'GET' ? undefined : '{}',
        })
        const allowed = order.indexOf(role) >= order.indexOf(route.role)
        const denied = status === 401 || (status === 403 && JSON.parse(text).error.code !== 'not-yours')
        expect([route.path, role, denied]).toEqual([route.path, role, !allowed])
      }
    }
  })

  it('denies by default: what the table does not name is not there', async () => {
    const headers = { authorization: `Bearer ${TOKENS.root}` }
    for (const path of [
      '/',
      '/api',
      '/api/v1',
      '/api/v1/',
      '/api/v1/nodes',
      '/api/v1/nodes/',
      '/api/v1/nodes//evidence',
      '/api/v1/../metrics',
      '/api/v1/fleet/',
      '/api/v2/fleet',
      '/API/v1/fleet',
      '/api/v1/nodes/%2e%2e',
      '/api/v1/nodes/a%00b',
      '/api/v1/nodes/%zz',
      '/api/v1/frozen/x',
      '/constructor',
      '/__proto__',
    ]) {
      expect([path, (await running.call({ path, headers })).status]).toEqual([path, 404])
    }
    expect((await running.call({ method: 'PUT', path: '/api/v1/fleet', headers })).status).toBe(405)
    expect((await running.call({ method: 'POST', path: '/healthz', headers })).status).toBe(405)
  })

  it("has safe headers and the contract's error body on every answer (SEC-15, SEC-28)", async () => {
    for (const path of ['/healthz', '/readyz', '/api/v1/fleet', '/nothing', '/metrics']) {
      const answer = await running.call({ path })
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      })
      if (answer.status >= 400) expect(apiError.safeParse(JSON.parse(answer.text)).success).toBe(true)
    }
  })

  it('refuses requests that do not fit: size, form, query, schema', async () => {
    const headers = { authorization: `Bearer ${TOKENS.root}`, 'content-type': 'application/json' }
    const post = (path: string, body: string, more = {}) =>
      running.call({ method: 'POST', path, body, headers: { ...headers, ...more } })
    expect((await post('/api/v1/sweeps', ' '.repeat(70_000))).status).toBe(413)
    expect((await post('/api/v1/runs/plan', '{"nodes":[]}')).status).toBe(400)
    expect((await post('/api/v1/runs/plan', '{')).status).toBe(400)
    expect((await post('/api/v1/sweeps', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      415,
    )
    expect((await running.call({ path: '/api/v1/fleet?since=x', headers })).status).toBe(400)
    expect((await running.call({ path: '/api/v1/fleet?before=1', headers })).status).toBe(400)
    expect((await running.call({ path: '/api/v1/fleet?since=1&since=2', headers })).status).toBe(400)
  })

  it('describes all of it as OpenAPI, the same every time', async () => {
    const { paths } = openapi() as { paths: Record<string, Record<string, { operationId: string }>> }
    const named = Object.values(paths).flatMap((path) => Object.values(path).map((operation) => operation.operationId))
    expect(named.sort()).toEqual([...Object.keys(routes), 'events'].sort())
    const answer = await running.call({
      path: '/api/v1/openapi.json',
      headers: { authorization: `Bearer ${TOKENS.view}` },
    })
    expect(JSON.parse(answer.text)).toEqual(JSON.parse(JSON.stringify(openapi())))
  })

  it('answers metrics to a token only, under any host', async () => {
    expect((await running.call({ path: '/metrics' })).status).toBe(401)
    const answer = await running.call({
      path: '/metrics',
      headers: { host: '10.1.2.3:3000', authorization: `Bearer ${TOKENS.view}` },
    })
    expect(answer.text).toContain('cairn_nodes{state="fail"} 1')
    expect(answer.text).toContain('cairn_ssh_connections 3')
  })
})

describe('hosts and cross-site requests (SEC-02, SEC-12)', () => {
  let running: RunningAgent
  let page: Awaited<ReturnType<typeof signIn>>
  beforeAll(async () => {
    running = await runAgent()
    page = await signIn(running)
  })
  afterAll(() => running.stop())

  const REBINDING = [
    'evil.example',
    'evil.example:3000',
    '127.0.0.1',
    '127.0.0.1:80',
    '127.0.0.1:3001',
    'localhost',
    'localhost:8080',
    '127.0.0.1.evil.example:3000',
    'localhost.evil.example:3000',
    'localhost:3000.evil.example',
    '[::1]',
    '[::]:3000',
    '0.0.0.0:3000',
    '2130706433:3000',
    '0x7f.1:3000',
    '127.1:3000',
    '127.0.0.1:3000@evil.example',
    'evil.example#localhost:3000',
    'agent.cairn.invalid.evil.example',
    'agent.cairn.invalid:3000',
    '',
  ]
  it('answers 421 to foreign hosts, cookie or not', async () => {
    for (const host of REBINDING) {
      for (const path of ['/api/v1/fleet', '/api/v1/events']) {
        const { status } = await running.call({ path, headers: { ...page.headers, host } })
        expect([host, path, status]).toEqual([host, path, host === '' ? expect.toBeOneOf([400, 421]) : 421])
      }
    }
    for (const host of ['127.0.0.1:3000', 'localhost:3000', '[::1]:3000', 'LOCALHOST:3000']) {
      expect((await running.call({ path: '/api/v1/fleet', headers: { cookie: page.cookie, host } })).status).toBe(200)
    }
  })

  const without = (headers: Record<string, string>, ...names: string[]) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
  const CASES: readonly [string, number, (headers: Record<string, string>) => Record<string, string>][] = [
    ['the page itself', 200, (h) => h],
    ['an old browser without Sec-Fetch-Site', 200, (h) => without(h, 'sec-fetch-site')],
    ['no Origin', 403, (h) => without(h, 'origin')],
    ['no Origin and no Sec-Fetch-Site', 403, (h) => without(h, 'origin', 'sec-fetch-site')],
    ['Origin null', 403, (h) => ({ ...h, origin: 'null' })],
    ['empty Origin', 403, (h) => ({ ...h, origin: '' })],
    ['another site', 403, (h) => ({ ...h, origin: 'http://evil.example' })],
    ['another port', 403, (h) => ({ ...h, origin: 'http://127.0.0.1:3001' })],
    ['no port', 403, (h) => ({ ...h, origin: 'http://127.0.0.1' })],
    ['another scheme', 403, (h) => ({ ...h, origin: 'https://127.0.0.1:3000' })],
    ['another of our names', 403, (h) => ({ ...h, origin: 'http://localhost:3000' })],
    ['a sibling subdomain', 403, (h) => ({ ...h, origin: 'http://other.127.0.0.1:3000' })],
    ['our name as a prefix', 403, (h) => ({ ...h, origin: `${ORIGIN}.evil.example` })],
    ['our name as userinfo', 403, (h) => ({ ...h, origin: `${ORIGIN}@evil.example` })],
    ['a path after the origin', 403, (h) => ({ ...h, origin: `${ORIGIN}/` })],
    ['upper case', 403, (h) => ({ ...h, origin: ORIGIN.toUpperCase() })],
    ['two origins', 403, (h) => ({ ...h, origin: `${ORIGIN} http://evil.example` })],
    ['Sec-Fetch-Site cross-site', 403, (h) => ({ ...h, 'sec-fetch-site': 'cross-site' })],
    ['Sec-Fetch-Site same-site', 403, (h) => ({ ...h, 'sec-fetch-site': 'same-site' })],
    ['Sec-Fetch-Site none', 403, (h) => ({ ...h, 'sec-fetch-site': 'none' })],
    ['no CSRF token', 403, (h) => without(h, 'x-cairn-csrf')],
    ['another CSRF token', 403, (h) => ({ ...h, 'x-cairn-csrf': 'a'.repeat(43) })],
    ['a form', 415, (h) => ({ ...h, 'content-type': 'application/x-www-form-urlencoded' })],
    ['JSON as text/plain', 415, (h) => ({ ...h, 'content-type': 'text/plain' })],
    ['a multipart form', 415, (h) => ({ ...h, 'content-type': 'multipart/form-data; boundary=application/json' })],
    ['no session', 401, (h) => ({ ...h, cookie: 'cairn_session=' })],
    ['a cookie twice (planted by a sibling)', 401, (h) => ({ ...h, cookie: `${h.cookie}; ${h.cookie}x` })],
  ]
  for (const [name, status, change] of CASES) {
    it(`${name} → ${status}`, async () => {
      const answer = await running.call({
        method: 'POST',
        path: '/api/v1/sweeps',
        headers: change(page.headers),
        body: '{}',
      })
      expect(answer.status).toBe(status)
    })
  }

  it("holds a request with cookie and bearer to the cookie's rules", async () => {
    const authorization = `Bearer ${running.cliToken()}`
    const post = (headers: Record<string, string>) =>
      running.call({
        method: 'POST',
        path: '/api/v1/sweeps',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      })
    expect((await post({ authorization })).status).toBe(200)
    expect((await post({ authorization, cookie: page.cookie })).status).toBe(403)
  })

  it("another session's CSRF token is worth nothing", async () => {
    const other = await signIn(running)
    const headers = { ...page.headers, 'x-cairn-csrf': other.csrf }
    expect((await running.call({ method: 'POST', path: '/api/v1/sweeps', headers, body: '{}' })).status).toBe(403)
  })
})

describe('signing in', () => {
  let running: RunningAgent
  beforeEach(async () => {
    running = await runAgent()
  })
  afterEach(() => running.stop())

  const login = (token: string) =>
    running.call({
      method: 'POST',
      path: '/api/v1/login',
      headers: { origin: ORIGIN, 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })

  it('takes a launch token once; a new one ends the one before', async () => {
    const first = running.agent.newLaunchToken() ?? ''
    const second = running.agent.newLaunchToken() ?? ''
    expect(second).toMatch(/^[0-9A-Za-z]{22}$/)
    expect((await login(first)).status).toBe(401)
    const answer = await login(second)
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^cairn_session=[0-9A-Za-z]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    )
    expect((await login(second)).status).toBe(401)
  })

  it('ends sessions: logout, eight idle hours, a day', async () => {
    const { headers } = await signIn(running)
    const me = () => running.call({ path: '/api/v1/session', headers })
    expect((await me()).status).toBe(200)
    for (let hour = 0; hour < 23; hour += 7) {
      running.clock.at = new Date(running.clock.at.getTime() + 7 * 3_600_000)
      expect((await me()).status).toBe(hour + 7 < 24 ? 200 : 401)
    }
    const again = await signIn(running)
    running.clock.at = new Date(running.clock.at.getTime() + 8 * 3_600_000)
    expect((await running.call({ path: '/api/v1/session', headers: again.headers })).status).toBe(401)
    const third = await signIn(running)
    expect((await running.call({ method: 'POST', path: '/api/v1/logout', headers: third.headers })).status).toBe(200)
    expect((await running.call({ path: '/api/v1/session', headers: third.headers })).status).toBe(401)
  })

  it('limits attempts and says when to come back, even after a restart (SEC-09, SEC-10)', async () => {
    const statuses: number[] = []
    for (let n = 0; n < 7; n += 1) statuses.push((await login(`wrong-token-number-${n}`)).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
    const limited = await login(running.agent.newLaunchToken() ?? '')
    expect([limited.status, Number(limited.headers['retry-after'])]).toEqual([429, 60])
    const { count } = await countOf(running)
    expect(count).toBeGreaterThan(5)
    running.clock.at = new Date(running.clock.at.getTime() + 61_000)
    expect((await login(running.agent.newLaunchToken() ?? '')).status).toBe(200)
  })

  it('keeps the socket and the token file to this user', () => {
    expect(statSync(running.socket).mode & 0o777).toBe(0o600)
    expect(statSync(join(running.folder, 'cli.token')).mode & 0o777).toBe(0o600)
  })
})

async function countOf(running: RunningAgent): Promise<{ count: number }> {
  const { openNative } = await import('@/lib/agent/store/sqlite')
  const native = openNative(join(running.folder, 'cairn.db'), 1_000)
  const row: unknown = native.prepare("SELECT count FROM limits WHERE key = 'login:launch'").get()
  native.close()
  return row as { count: number }
}

describe('tokens of the configuration', () => {
  it('are limited by account, and stop working when they leave the file', async () => {
    const running = await runAgent(TOKEN_YAML)
    const login = (token: string) =>
      running.call({
        method: 'POST',
        path: '/api/v1/login',
        headers: { origin: ORIGIN, 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      })
    for (let n = 0; n < 5; n += 1) expect((await login(`view.wrong-number-${n}-wrong`)).status).toBe(401)
    expect((await login(TOKENS.view)).status).toBe(429)
    expect((await login(TOKENS.oper)).status).toBe(200)
    for (let n = 0; n < 40; n += 1) await login(`nobody-${n}.wrong-wrong-wrong`)
    const { text } = await callSocket(running.socket, {
      path: '/api/v1/session',
      headers: { authorization: `Bearer ${TOKENS.view}` },
    })
    expect(JSON.parse(text)).toMatchObject({ user: 'view', role: 'viewer', mode: 'tokens' })
    await running.stop()
  })
})

describe('frozen links (SEC-21…26)', () => {
  let running: RunningAgent
  beforeEach(async () => {
    running = await runAgent()
  })
  afterEach(() => running.stop())

  const frozen = (id: string) => running.call({ path: `/api/v1/frozen/${id}`, headers: { host: INTERNAL_HOST } })

  async function share(mask: boolean): Promise<{ id: string; handle: string; preview: string }> {
    const { headers } = await signIn(running)
    const post = (path: string, body: unknown) =>
      running.call({ method: 'POST', path: `/api/v1${path}`, headers, body: JSON.stringify(body) })
    const preview = await post('/snapshots/preview', { subject: { kind: 'node', name: NODE }, mask })
    const { previewId } = JSON.parse(preview.text)
    const created = JSON.parse((await post('/snapshots', { previewId, expiresIn: '1h' })).text)
    expect((await post('/snapshots', { previewId, expiresIn: '1h' })).status).toBe(404)
    return { id: created.url.split('/s/')[1], handle: created.handle, preview: preview.text }
  }

  it('show exactly the preview, count views, end by time and by hand; all dead links look the same', async () => {
    const { id, handle, preview } = await share(false)
    const live = await frozen(id)
    expect(JSON.parse(live.text).content).toEqual(JSON.parse(preview).content)
    await running.call({ path: `/api/v1/frozen/${id}?for=image`, headers: { host: INTERNAL_HOST } })
    expect(live.text).not.toMatch(/Sn4pshotCanary|secret-boot-id/)
    expect(preview).toContain('Credentials (password)')
    const { headers } = await signIn(running)
    const list = await running.call({ path: '/api/v1/snapshots', headers })
    expect(JSON.parse(list.text).snapshots).toMatchObject([{ handle, views: 1, by: 'local' }])
    expect(list.text).not.toContain(id)

    const never = await frozen('A'.repeat(22))
    const dead = (text: string) => text.replace(/"requestId":"[^"]+"/, '')
    running.clock.at = new Date(running.clock.at.getTime() + 3_600_000)
    const expired = await frozen(id)
    expect([never.status, expired.status, dead(expired.text)]).toEqual([404, 404, dead(never.text)])

    const second = await share(false)
    const page = await signIn(running)
    expect(
      (await running.call({ method: 'DELETE', path: `/api/v1/snapshots/${second.handle}`, headers: page.headers }))
        .status,
    ).toBe(200)
    expect(dead((await frozen(second.id)).text)).toBe(dead(never.text))
  })

  it('mask names, addresses and GUIDs when asked, and keep PCI addresses', async () => {
    const { id, preview } = await share(true)
    const { text } = await frozen(id)
    expect(text).not.toMatch(/dgx030|10\.20\.30\.40|a0:88:c2:e7:a8:b2|a088:c203:00e7:a8b2/)
    expect(JSON.parse(text)).toMatchObject({ content: { title: 'node-1', masked: true } })
    expect(text).toContain('0000:1a:00.0')
    expect(JSON.parse(preview).markdown.split('\n').length).toBeLessThanOrEqual(61)
  })

  it('slow down who guesses, and nobody who has a link', async () => {
    const { id } = await share(false)
    let last = 200
    for (let n = 0; n < 310; n += 1) last = (await frozen(String(n).padStart(22, 'A'))).status
    expect(last).toBe(429)
    expect((await frozen(id)).status).toBe(200)
    running.clock.at = new Date(running.clock.at.getTime() + 61_000)
    expect((await frozen('A'.repeat(22))).status).toBe(404)
  })

  it('are listed by what they show here, even when names are masked', async () => {
    const { handle } = await share(true)
    const { headers } = await signIn(running)
    const list = await running.call({ path: '/api/v1/snapshots', headers })
    expect(JSON.parse(list.text).snapshots).toMatchObject([
      { handle, kind: 'node', state: 'fail', title: 'node-1', masked: true, subject: { kind: 'node', name: NODE } },
    ])
  })

  it('tell who shares what stands for what, and no reader', async () => {
    const { id, preview } = await share(true)
    expect(JSON.parse(preview).replaced).toContainEqual({ from: NODE, to: 'node-1' })
    expect((await frozen(id)).text).not.toContain('replaced')
  })

  it('keep nothing in the store that opens a link', async () => {
    const { id } = await share(false)
    for (const file of ['cairn.db', 'cairn.db-wal', 'audit.jsonl'])
      expect(readFileSync(join(running.folder, file)).includes(id)).toBe(false)
    expect(running.logs()).not.toContain(id)
  })

  it('are found by nothing but their exact id (Grafana CVE-2021-39226)', async () => {
    const { id } = await share(false)
    const literal = [
      ':id',
      ':key',
      '{id}',
      '*',
      '%25',
      '_'.repeat(22),
      '%',
      '%00',
      '%2e%2e',
      '..',
      '.',
      '%2F',
      '%5C',
      "'",
      '%22',
      ' ',
      '+',
      '',
      id.slice(0, -1),
      `${id}A`,
      `${id}%00`,
      `${id}/`,
      `${id}%2F`,
      `/${id}`,
      `${id}?x=1`,
      id.toLowerCase() === id ? id.toUpperCase() : id.toLowerCase(),
      `%20${id}`,
      `${id}%0a`,
      '١'.repeat(22),
      '%D9%A1'.repeat(22),
      'x'.repeat(10_000),
      'null',
      'undefined',
      '0',
      '-1',
      '[]',
      'id[]=x',
      '$ne',
      '{"$gt":""}',
      'constructor',
      '__proto__',
      `${id.slice(0, 21)}%`,
    ]
    for (const path of literal) {
      const { status } = await frozen(encodeURI(decodeSafely(path)) === path ? path : encodeURI(path)).catch(() => ({
        status: 400,
      }))
      expect([path.slice(0, 40), status >= 400 && status < 500]).toEqual([path.slice(0, 40), true])
    }
    expect((await running.call({ path: `/api/v1/frozen/${id}`, headers: { host: HOST } })).status).toBe(404)
    expect((await frozen(id)).status).toBe(200)
  })
})

function decodeSafely(text: string): string {
  try {
    return decodeURI(text)
  } catch {
    return text
  }
}

describe('audit, errors and secrets', () => {
  it('writes a line before and after every change, and the chain holds', async () => {
    const running = await runAgent()
    const { headers } = await signIn(running)
    await running.call({ method: 'POST', path: `/api/v1/nodes/${NODE}/verify`, headers, body: '{}' })
    await running.call({ method: 'POST', path: '/api/v1/nodes/nobody/verify', headers, body: '{}' })
    await running.call({ method: 'POST', path: '/api/v1/runs/r1/cancel', headers })
    const path = join(running.folder, 'audit.jsonl')
    expect(verifyAudit(path)).toEqual({ ok: true, lines: 7 })
    const lines = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map((line) => `${line.action} ${line.outcome}`)).toEqual([
      'login done',
      'verify started',
      'verify done',
      'verify started',
      'verify refused',
      'run.cancel started',
      'run.cancel done',
    ])
    expect(lines[1]).toMatchObject({ actor: 'local', role: 'admin', authMode: 'launch-token', target: NODE })
    await running.stop()
  })

  it('never says what upstream said: not in answers, logs, audit or store (SEC-28)', async () => {
    const canary = 'C4naryInUpstreamError'
    const boom = () => {
      throw new Error(`connect failed: https://robot:${canary}@api.example/ token=${canary}`)
    }
    const running = await runAgent('', {
      fleet: { fleet: () => ({ bad: canary }), causes: boom, verify: async () => boom(), doctor: async () => boom() },
      runs: { list: async () => boom() },
    })
    const { headers, cookie } = await signIn(running)
    const texts: string[] = []
    for (const path of ['/fleet', '/causes', '/doctor', '/runs']) {
      const answer = await running.call({ path: `/api/v1${path}`, headers })
      expect(answer.status).toBe(500)
      texts.push(answer.text)
    }
    texts.push((await running.call({ method: 'POST', path: `/api/v1/nodes/${NODE}/verify`, headers, body: '{}' })).text)
    texts.push(running.logs(), readFileSync(join(running.folder, 'audit.jsonl'), 'utf8'))
    for (const text of texts) expect(text).not.toContain(canary)
    expect(running.logs()).toContain('redacted')
    const secrets = [cookie.split('=')[1] ?? '', running.cliToken(), headers['x-cairn-csrf'] ?? '']
    const kept = [
      running.logs(),
      ...['cairn.db', 'cairn.db-wal', 'audit.jsonl'].map((file) => readFileSync(join(running.folder, file), 'latin1')),
    ].join('\n')
    for (const secret of secrets) expect(kept.includes(secret)).toBe(false)
    await running.stop()
  })

  it('reads a changed login section again; a broken file changes nothing', async () => {
    const { watchLogin } = await import('@/lib/agent/token-reload')
    const { loadConfig } = await import('@/lib/agent/config')
    const running = await runAgent()
    const file = join(running.folder, 'cairn.yaml')
    writeFileSync(file, TOKEN_YAML)
    const watch = watchLogin(loadConfig(file, {}), { info: () => {}, error: () => {} } as never)
    writeFileSync(file, `${TOKEN_YAML}oops: 1\n`)
    watch.check()
    expect([watch.current().tokens.length, watch.problem()]).toEqual([3, expect.stringContaining('oops')])
    writeFileSync(file, TOKEN_YAML.split('\n').slice(0, 3).join('\n'))
    watch.check()
    expect([watch.current().tokens.length, watch.problem()]).toEqual([1, null])
    await running.stop()
  })
})

describe('events', () => {
  let running: RunningAgent
  beforeAll(async () => {
    running = await runAgent()
  })
  afterAll(() => running.stop())

  function listen(
    headers: Record<string, string>,
  ): Promise<{ status: number; read(): string; close(): void; ended: Promise<void> }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { socketPath: running.socket, path: '/api/v1/events', headers: { host: HOST, ...headers }, agent: false },
        (response) => {
          let text = ''
          response.on('data', (chunk: Buffer) => {
            text += chunk
          })
          const ended = new Promise<void>((end) => response.on('close', end))
          resolve({ status: response.statusCode ?? 0, read: () => text, close: () => outgoing.destroy(), ended })
        },
      )
      outgoing.on('error', (error) => (outgoing.destroyed ? undefined : reject(error)))
      outgoing.end()
    })
  }
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const events = (text: string) =>
    [...text.matchAll(/id: (\S+)\nevent: revision\ndata: (.*)\n/g)].map((match) => ({
      id: match[1] ?? '',
      data: JSON.parse(match[2] ?? ''),
    }))

  it('carry revisions only, at most one a second, and go on from the last id', async () => {
    const { cookie } = await signIn(running)
    const first = await listen({ cookie })
    for (let n = 8; n < 60; n += 1) {
      running.change({ revision: n, topics: ['fleet'], nodes: [`dgx${n}`] })
      await pause(20)
    }
    await pause(1_100)
    const got = events(first.read())
    expect(got[0]?.data).toEqual({ revision: 7, topics: [], nodes: [] })
    expect(got.length).toBeGreaterThanOrEqual(3)
    expect(got.length).toBeLessThanOrEqual(5)
    expect(got.at(-1)?.data.revision).toBe(59)
    expect(got.flatMap((one) => one.data.nodes)).toHaveLength(52)
    first.close()

    const resumed = await listen({ cookie, 'last-event-id': got[1]?.id ?? '' })
    await pause(50)
    expect(events(resumed.read())[0]?.data.nodes).toEqual(got.slice(2).flatMap((one) => one.data.nodes))
    resumed.close()
    for (const wrong of ['00000000-1', 'x', `${got[0]?.id.split('-')[0]}-999`]) {
      const other = await listen({ cookie, 'last-event-id': wrong })
      await pause(50)
      expect(events(other.read())[0]?.data).toMatchObject({
        topics: expect.arrayContaining(['fleet', 'runs']),
        nodes: [],
      })
      other.close()
    }
  })

  it('are refused without a session, limited to ten a session, and end when the agent stops', async () => {
    expect((await listen({})).status).toBe(401)
    const { cookie } = await signIn(running)
    const open = await Promise.all(Array.from({ length: 10 }, () => listen({ cookie })))
    expect(open.map((one) => one.status)).toEqual(Array(10).fill(200))
    expect((await listen({ cookie })).status).toBe(429)
    const started = performance.now()
    await running.agent.stop()
    await Promise.all(open.map((one) => one.ended))
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})

describe('socket client', () => {
  it('calls by the table, and says what was refused or that nobody is there', async () => {
    const running = await runAgent()
    const client = { socketPath: running.socket, token: running.cliToken() }
    expect((await callAgent(client, 'fleet')).revision).toBe(7)
    expect((await callAgent(client, 'sweep')).by).toBe('local')
    await expect(callAgent(client, 'node', { params: { name: 'a/b c' } })).rejects.toThrow('No node is called "a/b c".')
    await expect(callAgent({ ...client, token: 'x'.repeat(20) }, 'fleet')).rejects.toBeInstanceOf(ApiRefusal)
    await running.stop()
    await expect(callAgent(client, 'fleet')).rejects.toBeInstanceOf(AgentUnreachable)
  })
})
