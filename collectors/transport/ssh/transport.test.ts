import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { NodeTransport, SweepResult } from '../types'
import { afterInput, Client, FakeNode, type FakeOptions, nonceOf, section, target, tcpServer } from './test/fake-node'

const hello = section('t.hello', 'echo hello')
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

function client(): Client {
  const made = new Client()
  cleanups.push(() => made.remove())
  return made
}

function opened(transport: NodeTransport): NodeTransport {
  cleanups.push(() => transport.close())
  return transport
}

async function node(options: FakeOptions = {}, address?: string): Promise<FakeNode> {
  const made = await new FakeNode(options, address).start()
  cleanups.push(() => made.stop())
  return made
}

async function sweepTcp(onSocket: Parameters<typeof tcpServer>[0]): Promise<SweepResult> {
  const server = await tcpServer(onSocket)
  cleanups.push(() => server.stop())
  return opened(client().transport()).sweep(target(server.port), [hello], { lane: 'fast' })
}

function expectUnreachable(result: SweepResult, stage: string, code: string, words: RegExp = /./): void {
  expect(result.reach).toMatchObject({ ok: false, stage, code })
  expect(result.reach.reason).toMatch(words)
  expect(result.sections['t.hello']).toMatchObject({ status: 'unreachable', text: '', exitCode: null })
  expect(result.sections['t.hello']?.reason).toMatch(words)
}

describe('reaching a node', () => {
  it('F-01 names a refused port at once', async () => {
    const server = await tcpServer(() => {})
    await server.stop()
    const result = await opened(client().transport()).sweep(target(server.port), [hello], { lane: 'fast' })
    expectUnreachable(result, 'tcp', 'SSH_REFUSED', /refused/)
    expect(result.durationMs).toBeLessThan(300)
  })

  it('F-02 gives up on a port that swallows SYNs', async () => {
    const hole = await blackHole()
    const result = await opened(client().transport()).sweep(target(hole), [hello], { lane: 'fast' })
    expectUnreachable(result, 'tcp', 'SSH_CONNECT_TIMEOUT')
    expect(result.durationMs).toBeLessThan(700)
  })

  it('F-03 says that nobody speaks', async () => {
    expectUnreachable(await sweepTcp(() => {}), 'banner', 'SSH_NO_BANNER', /TCP open, no SSH banner/)
  })

  it('F-04 names the banner of a server that hangs in the key exchange', async () => {
    expectUnreachable(
      await sweepTcp((s) => s.write('SSH-2.0-OpenSSH_9.6\r\n')),
      'kex',
      'SSH_KEX_TIMEOUT',
      /OpenSSH_9.6/,
    )
  })

  it('F-05 is not kept waiting by a trickle', async () => {
    const result = await sweepTcp((s) => {
      const timer = setInterval(() => s.write('S'), 60)
      s.on('close', () => clearInterval(timer))
    })
    expect(result.reach.stage).toBe('banner')
    expect(result.durationMs).toBeLessThan(900)
  })

  it.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['TLS', '\x15\x03\x01\x00\x02\x02\x46'],
    ['garbage', '\x00\x01\x02\x03garbage\x1b]52;c;evil\x07\n'],
    ['endless preamble (F-07)', 'x'.repeat(200_000)],
  ])('F-06 recognises %s', async (_name, bytes) => {
    const result = await sweepTcp((s) => s.write(bytes, 'latin1'))
    expectUnreachable(result, 'banner', 'NOT_SSH')
    expect(result.reach.reason).not.toMatch(/[\x00-\x1f\x7f]/)
  })

  it('MaxStartups: a server that closes at once is tried once more', async () => {
    let connections = 0
    const result = await sweepTcp((s) => {
      connections++
      s.end()
    })
    expectUnreachable(result, 'banner', 'SSH_NO_BANNER', /closed before an SSH banner/)
    expect(connections).toBe(2)
  })

  it('reads a node, keeps the connection, and asks for nothing but a session and one exec', async () => {
    const fake = await node()
    const transport = opened(client().trust(fake).transport())
    const first = await transport.sweep(target(fake.port), [hello, section('t.rc', 'echo half; exit 3')], {
      lane: 'fast',
    })
    expect(first.reach).toMatchObject({ ok: true, stage: 'done' })
    expect(first.sections['t.hello']).toMatchObject({ status: 'ok', text: 'hello\n', exitCode: 0, cut: false })
    expect(first.sections['t.rc']).toMatchObject({ status: 'ok', text: 'half\n', exitCode: 3 })
    expect(first.identity?.bootIdAfter).toBe(first.identity?.bootId)
    await transport.sweep(target(fake.port), [hello], { lane: 'fast' })
    expect(fake.logins).toBe(1)
    expect(transport.connections()).toBe(1)
    const kinds = new Set(fake.asked.filter((what) => !what.startsWith('global:hostkeys-prove')))
    expect([...kinds].sort()).toEqual(['exec:exec sh -s', 'session'])
  })

  it('F-08 names the user and the offered key, and tries once', async () => {
    const fake = await node({ allow: () => false })
    const result = await opened(client().trust(fake).transport()).sweep(target(fake.port), [hello], { lane: 'fast' })
    expectUnreachable(result, 'auth', 'SSH_AUTH', /login as probe refused.*SHA256:/)
    expect(fake.authAttempts).toBe(1)
  })

  it('F-09 stops before login when the host key changed, and shows both fingerprints', async () => {
    const fake = await node()
    const other = new FakeNode({}, '127.0.0.1')
    other.port = fake.port
    const result = await opened(client().trust(other).transport()).sweep(target(fake.port), [hello], { lane: 'fast' })
    expectUnreachable(result, 'host-key', 'HOST_KEY_CHANGED', /SHA256:.*SHA256:/)
    expect(result.reach.fingerprint).toMatch(/^SHA256:/)
    expect(result.reach.expectedFingerprints).toHaveLength(1)
    expect(fake.authAttempts).toBe(0)
  })

  it('F-10 refuses an unknown key under strict, pins it under tofu, and refuses another later', async () => {
    const fake = await node()
    const mine = client()
    expectUnreachable(
      await opened(mine.transport()).sweep(target(fake.port), [hello], { lane: 'fast' }),
      'host-key',
      'HOST_KEY_UNKNOWN',
    )
    expect(fake.authAttempts).toBe(0)
    const pins = new Map<string, string>()
    const tofuStore = {
      get: (name: string) => pins.get(name) ?? null,
      put: (name: string, key: string) => void pins.set(name, key),
    }
    const tofu = { hostKeyPolicy: 'tofu' as const, tofuStore }
    const first = await opened(mine.transport(tofu)).sweep(target(fake.port), [hello], { lane: 'fast' })
    expect(first.reach.ok).toBe(true)
    expect([...pins.keys()]).toEqual([`[127.0.0.1]:${fake.port}`])
    pins.set(`[127.0.0.1]:${fake.port}`, new FakeNode().hostKey.public.split(' ').slice(0, 2).join(' '))
    expectUnreachable(
      await opened(mine.transport(tofu)).sweep(target(fake.port), [hello], { lane: 'fast' }),
      'host-key',
      'HOST_KEY_CHANGED',
    )
  })

  it('M-13 a pin store that fails never means yes', async () => {
    const fake = await node()
    for (const broken of ['get', 'put'] as const) {
      const fail = () => {
        throw new Error('disk full')
      }
      const tofuStore = { get: () => null, put: () => {}, [broken]: fail }
      const result = await opened(client().transport({ hostKeyPolicy: 'tofu', tofuStore })).sweep(
        target(fake.port),
        [hello],
        { lane: 'fast' },
      )
      expectUnreachable(result, 'host-key', 'HOST_KEY_UNKNOWN', /disk full/)
    }
    expect(fake.execs).toBe(0)
  })

  it('F-11 names the algorithm a server lacks', async () => {
    const weak: [FakeOptions['algorithms'], RegExp][] = [
      [{ kex: ['diffie-hellman-group14-sha1'] }, /key exchange.*group14-sha1/],
      [{ cipher: ['aes128-cbc'] }, /cipher.*aes128-cbc/],
      [{ cipher: ['aes128-ctr'], hmac: ['hmac-sha1'] }, /MAC.*hmac-sha1/],
      [{ cipher: ['chacha20-poly1305@openssh.com'] }, /cipher.*chacha20/],
    ]
    for (const [algorithms, words] of weak) {
      const fake = await node({ algorithms })
      const result = await opened(client().trust(fake).transport()).sweep(target(fake.port), [hello], { lane: 'fast' })
      expectUnreachable(result, 'kex', 'SSH_WEAK_ALGORITHMS', words)
    }
  })

  it('F-12 retries a refused session once', async () => {
    const once = await node({ refuseSessions: 1 })
    const mine = client().trust(once)
    expect((await opened(mine.transport()).sweep(target(once.port), [hello], { lane: 'fast' })).reach.ok).toBe(true)
    const always = await node({ refuseSessions: 9 })
    mine.trust(always)
    const result = await opened(mine.transport()).sweep(target(always.port), [hello], { lane: 'fast' })
    expectUnreachable(result, 'channel', 'CHANNEL_REFUSED')
  })

  it('F-13 gives up on an unanswered session and drops the connection', async () => {
    const fake = await node({ ignoreSessions: true })
    const transport = opened(client().trust(fake).transport())
    expectUnreachable(await transport.sweep(target(fake.port), [hello], { lane: 'fast' }), 'channel', 'CHANNEL_TIMEOUT')
    expect(transport.connections()).toBe(0)
  })

  it('backs off from a host that failed, unless a person asks', async () => {
    const fake = await node({ allow: () => false })
    const transport = opened(client().trust(fake).transport())
    await transport.sweep(target(fake.port), [hello], { lane: 'fast' })
    expectUnreachable(
      await transport.sweep(target(fake.port), [hello], { lane: 'fast' }),
      'auth',
      'SSH_AUTH',
      /next try in \d+ s/,
    )
    expect(fake.authAttempts).toBe(1)
    await transport.sweep(target(fake.port), [hello], { lane: 'fast', force: true })
    expect(fake.authAttempts).toBe(2)
  })

  it('refuses hostile targets', async () => {
    const transport = opened(client().transport())
    const hostile = await transport.sweep(target(22, { address: '-oProxyCommand=id' }), [hello], { lane: 'fast' })
    expectUnreachable(hostile, 'tcp', 'BAD_TARGET')
    const user = await transport.sweep(target(22, { user: 'a b\n' }), [hello], { lane: 'fast' })
    expectUnreachable(user, 'tcp', 'BAD_TARGET')
  })

  it('ends at an abort', async () => {
    const fake = await node()
    const abort = new AbortController()
    const running = opened(client().trust(fake).transport()).sweep(target(fake.port), [section('t.hello', 'sleep 9')], {
      lane: 'fast',
      signal: abort.signal,
    })
    setTimeout(() => abort.abort(), 200)
    const result = await running
    expect(result.reach.code).toBe('ABORTED')
    expect(result.sections['t.hello']?.status).toBe('unreachable')
  })
})

describe('running the probe', () => {
  it('F-14 F-25 a hung section ends alone, and is left alone after two hits', async () => {
    const fake = await node()
    const transport = opened(client().trust(fake).transport())
    const sections = [section('t.hang', 'echo part; sleep 60', { timeoutSec: 1 }), hello]
    for (let round = 0; round < 2; round++) {
      const result = await transport.sweep(target(fake.port), sections, { lane: 'fast' })
      expect(result.sections['t.hang']).toMatchObject({ status: 'timeout', text: 'part\n' })
      expect(result.sections['t.hello']).toMatchObject({ status: 'ok' })
    }
    const skipped = await transport.sweep(target(fake.port), sections, { lane: 'fast' })
    expect(skipped.durationMs).toBeLessThan(900)
    expect(skipped.sections['t.hang']).toMatchObject({ status: 'timeout', exitCode: null })
    expect(skipped.sections['t.hang']?.reason).toMatch(/previous instance may still hang/)
    expect(skipped.sections['t.hello']).toMatchObject({ status: 'ok' })
  })

  it('F-14 a probe that hangs inside a section loses only that one', async () => {
    const fake: FakeNode = await node({
      exec: (channel) => {
        // The first exec stops after its first section, as if sh itself were in state D.
        if (fake.execs > 1) return fake.shell(channel, ['-s'])
        afterInput(channel, (text) => {
          const nonce = nonceOf(text)
          channel.write(`${begin(nonce)}@${nonce} section t.one 0 - 1 4 4 0 0\none\n\n`)
        })
      },
    })
    const transport = opened(client().trust(fake).transport())
    const sections = [section('t.one', 'echo one'), section('t.two', 'echo two', { timeoutSec: 1 }), hello]
    const result = await transport.sweep(target(fake.port), sections, { lane: 'fast' })
    expect(result.sections['t.one']).toMatchObject({ status: 'ok', text: 'one\n' })
    expect(result.sections['t.two']).toMatchObject({ status: 'timeout' })
    expect(result.sections['t.hello']).toMatchObject({ status: 'ok', text: 'hello\n' })
    expect(result.reach.ok).toBe(true)
  })

  it.each([
    [
      'F-15 missing tool',
      section('t.x', 'mstconfig-not-here -v', { tool: 'mstconfig-not-here', package: 'mstflint' }),
      'absent',
      /mstflint/,
    ],
    ['F-15 missing command', section('t.x', 'exec no-such-tool-here'), 'absent', /no-such-tool-here/],
    ['F-15 not executable', section('t.x', 'exec /etc/passwd'), 'denied', /cannot be executed/],
    ['F-16 password', section('t.x', 'echo "sudo: a password is required" >&2; exit 1'), 'denied', /password/],
    [
      'F-16 not allowed',
      section('t.x', 'echo "Sorry, user probe is not allowed to execute /bin/x as root on n." >&2; exit 1'),
      'denied',
      /does not allow/,
    ],
    ['F-16 tty', section('t.x', 'echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1'), 'denied', /tty/],
    [
      'F-16 kernel says no',
      section('t.x', 'echo "dmesg: read kernel buffer failed: Operation not permitted" >&2; exit 1'),
      'denied',
      /not permitted/,
    ],
    ['F-17 partial', section('t.x', 'echo some; exit 3'), 'ok', undefined],
    ['F-18 killed', section('t.x', 'echo some; kill -9 $$'), 'unreadable', /SIGKILL/],
  ] as const)('%s', async (_name, wanted, status, words) => {
    const fake = await node()
    const result = await opened(client().trust(fake).transport()).sweep(target(fake.port), [wanted, hello], {
      lane: 'fast',
    })
    expect(result.sections['t.x']).toMatchObject({ status })
    if (words) expect(result.sections['t.x']?.reason).toMatch(words)
    expect(result.sections['t.hello']?.status).toBe('ok')
  })

  it('F-19 a flood is cut at the cap and the rest goes on', async () => {
    const fake = await node()
    const flood = section('t.flood', 'cat /dev/zero', { maxBytes: 10_000 })
    const errors = section('t.err', 'cat /dev/zero >&2')
    const result = await opened(client().trust(fake).transport()).sweep(target(fake.port), [flood, errors, hello], {
      lane: 'fast',
    })
    expect(result.sections['t.flood']).toMatchObject({ cut: true })
    expect(result.sections['t.flood']?.text).toHaveLength(10_000)
    expect(result.sections['t.err']?.stderr.length).toBe(65_536)
    expect(result.sections['t.hello']?.status).toBe('ok')
  })

  it('F-19 a channel that floods by itself is dropped', async () => {
    const fake = await node({
      exec: (channel) => {
        const block = Buffer.alloc(32_768, 'x')
        const more = () => {
          while (!channel.destroyed && channel.writable && channel.write(block));
        }
        channel.on('drain', more)
        afterInput(channel, more)
      },
    })
    const result = await opened(client().trust(fake).transport()).sweep(target(fake.port), [hello], { lane: 'fast' })
    expect(result.reach.code).toBe('FRAMING')
    expect(result.sections['t.hello']).toMatchObject({ status: 'unreadable', text: '' })
  })

  it('F-20 F-21 carries binary output and ignores login noise', async () => {
    const fake: FakeNode = await node({
      exec: (channel) => {
        channel.write(
          'Welcome to dgx030!\n@0123456789abcdef0123456789abcdef begin sent 0123456789abcdef\n** MOTD without end',
        )
        fake.shell(channel, ['-s'])
      },
    })
    const result = await opened(client().trust(fake).transport()).sweep(
      target(fake.port),
      [section('t.bin', `printf 'a\\000b\\377\\n'`)],
      { lane: 'fast' },
    )
    expect(result.sections['t.bin']).toMatchObject({ status: 'ok', text: 'a\0b\ufffd\n' })
  })

  it('F-22 keeps finished sections when the connection is cut, and runs none twice', async () => {
    const fake = await node()
    const transport = opened(client().trust(fake).transport())
    const running = transport.sweep(
      target(fake.port),
      [hello, section('t.slow', 'sleep 5'), section('t.after', 'echo')],
      {
        lane: 'fast',
        onSection: (id) => id === 't.hello' && setTimeout(() => fake.cut(), 50),
      },
    )
    const result = await running
    expect(result.sections['t.hello']).toMatchObject({ status: 'ok', text: 'hello\n' })
    expect(result.sections['t.slow']).toMatchObject({ status: 'unreachable' })
    expect(result.sections['t.after']).toMatchObject({ status: 'unreachable' })
    expect(result.reach).toMatchObject({ ok: false, code: 'SSH_LOST' })
    expect(fake.execs).toBe(1)
    expect((await transport.sweep(target(fake.port), [hello], { lane: 'fast' })).reach.ok).toBe(true)
  })

  it('F-24 reports both boot ids when the node rebooted under the probe', async () => {
    const fake = await node({
      exec: (channel) =>
        afterInput(channel, (text) => {
          const nonce = nonceOf(text)
          channel.end(`${begin(nonce)}@${nonce} section t.hello 0 - 1 6 6 0 0\nhello\n\n@${nonce} end boot-b\n`)
        }),
    })
    const result = await opened(client().trust(fake).transport()).sweep(target(fake.port), [hello], { lane: 'fast' })
    expect(result.identity).toMatchObject({ bootId: 'boot-a', bootIdAfter: 'boot-b' })
  })

  it.each([
    ['another nonce', (n: string) => `${begin(n)}@${'0'.repeat(32)} section t.hello 0 - 1 6 6 0 0\nhello\n\n`],
    ['part of a nonce', (n: string) => `${begin(n)}@${n.slice(0, 31)} section t.hello 0 - 1 6 6 0 0\nhello\n\n`],
    ['a wrong length', (n: string) => `${begin(n)}@${n} section t.hello 0 - 1 3 3 0 0\nhello\n\n`],
    ['a section nobody asked for', (n: string) => `${begin(n)}@${n} section t.other 0 - 1 6 6 0 0\nhello\n\n`],
    ['bytes between frames', (n: string) => `${begin(n)}evil\n@${n} section t.hello 0 - 1 6 6 0 0\nhello\n\n`],
    ['an early end', (n: string) => `${begin(n)}@${n} end boot-a\n`],
    ['a huge length', (n: string) => `${begin(n)}@${n} section t.hello 0 - 1 999999999 999999999 0 0\nhello\n\n`],
  ])('SEC-39 framing: %s is never data', async (_name, forge) => {
    const fake = await node({ exec: (channel) => afterInput(channel, (text) => channel.end(forge(nonceOf(text)))) })
    const result = await opened(client().trust(fake).transport()).sweep(target(fake.port), [hello], { lane: 'fast' })
    expect(result.reach).toMatchObject({ ok: false, code: 'FRAMING' })
    expect(result.sections['t.hello']).toMatchObject({ status: 'unreadable', text: '' })
  })

  it('F-23 a frozen peer is lost within four keep-alives', async () => {
    const fake: FakeNode = await node({ exec: (channel) => fake.shell(channel, ['-s']) })
    const proxy = await freezer(fake.port)
    cleanups.push(() => proxy.stop())
    const mine = client()
    mine.trust({ knownLine: () => fake.knownLine().replace(`:${fake.port}`, `:${proxy.port}`) })
    const transport = opened(mine.transport({ timeouts: { keepalive: 100 } }))
    const running = transport.sweep(target(proxy.port), [hello, section('t.slow', 'sleep 8')], {
      lane: 'fast',
      onSection: (id) => id === 't.hello' && proxy.freeze(),
    })
    const result = await running
    expect(result.reach).toMatchObject({ ok: false, code: 'SSH_LOST' })
    expect(result.sections['t.hello']?.status).toBe('ok')
    expect(result.durationMs).toBeLessThan(2_000)
  })

  it('a login shell that runs nothing is explained', async () => {
    const fake = await node({
      exec: (channel) =>
        afterInput(channel, () => {
          channel.write('This account is currently not available.\n')
          channel.exit(1)
          channel.end()
        }),
    })
    const result = await opened(client().trust(fake).transport()).sweep(target(fake.port), [hello], { lane: 'fast' })
    expectUnreachable(result, 'exec', 'NO_PROBE', /currently not available/)
  })
})

describe('jump host', () => {
  it('shares one connection, verifies each hop under its own name, and fails as one', async () => {
    const jump = await node({ forward: 'yes' })
    const inner = [await node({}, '127.0.0.2'), await node({}, '127.0.0.3')]
    const [first, second] = inner
    if (!first || !second) throw new Error('two nodes')
    const via = { address: '127.0.0.1', port: jump.port, user: 'hop' }
    const mine = client().trust(jump, first, second)
    const transport = opened(mine.transport())
    const results = await Promise.all(
      inner.map((n, i) =>
        transport.sweep(target(n.port, { node: `n${i}`, address: n.address, jump: via }), [hello], { lane: 'fast' }),
      ),
    )
    expect(results.map((r) => r.reach.ok)).toEqual([true, true])
    expect(results[0]?.reach.via).toBe(`hop@127.0.0.1:${jump.port}`)
    expect(jump.logins).toBe(1)
    expect(transport.connections()).toBe(3)

    // M-14: a node that shows the jump host's key is refused.
    const liar = await node({ hostKey: jump.hostKey }, '127.0.0.4')
    const honest = new FakeNode({}, '127.0.0.4')
    honest.port = liar.port
    mine.trust(jump, honest)
    const lied = await opened(mine.transport()).sweep(
      target(liar.port, { node: 'n3', address: '127.0.0.4', jump: via }),
      [hello],
      { lane: 'fast' },
    )
    expectUnreachable(lied, 'host-key', 'HOST_KEY_CHANGED')

    const closed = await tcpServer(() => {})
    await closed.stop()
    const refused = await transport.sweep(target(closed.port, { node: 'n4', jump: via }), [hello], { lane: 'fast' })
    expect(refused.reach).toMatchObject({ ok: false, stage: 'tcp', via: `hop@127.0.0.1:${jump.port}` })
  })

  it('F-27 a dead or forbidding jump host is one cause for all nodes', async () => {
    const forbids = await node()
    const mine = client().trust(forbids)
    const prohibited = await opened(mine.transport()).sweep(
      target(22, { jump: { address: '127.0.0.1', port: forbids.port, user: 'hop' } }),
      [hello],
      { lane: 'fast' },
    )
    expect(prohibited.reach).toMatchObject({ ok: false, code: 'JUMP_FAILED' })
    const gone = await tcpServer(() => {})
    await gone.stop()
    const transport = opened(mine.transport())
    const jump = { address: '127.0.0.1', port: gone.port, user: 'hop' }
    const results = await Promise.all(
      [1, 2, 3].map((i) =>
        transport.sweep(target(22, { node: `n${i}`, address: `127.0.0.${i}`, jump }), [hello], { lane: 'fast' }),
      ),
    )
    expect(new Set(results.map((r) => r.reach.reason)).size).toBe(1)
    expect(results.every((r) => r.reach.code === 'JUMP_FAILED')).toBe(true)
  })
})

function begin(nonce: string): string {
  return `\n@${nonce} begin sent 0123456789abcdef\n@${nonce} identity boot-a machine host 1.00 2026-01-01T00:00:00Z 0\n`
}

/** A listening port whose queue is full and never emptied: further SYNs are dropped. */
async function blackHole(): Promise<number> {
  const script = `const s=require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},()=>{process.stdout.write(s.address().port+'\\n',()=>Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0))})`
  const child = spawn(process.execPath, ['-e', script])
  cleanups.push(() => child.kill('SIGKILL'))
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (chunk) => resolve(Number(chunk))))
  for (let i = 0; i < 4; i++) {
    const filler = connect(port, '127.0.0.1')
    filler.on('error', () => {})
    cleanups.push(() => filler.destroy())
  }
  await new Promise((resolve) => setTimeout(resolve, 100))
  return port
}

/** A TCP proxy that can stop passing bytes while keeping the sockets open. */
async function freezer(port: number) {
  const pairs: [import('node:net').Socket, import('node:net').Socket][] = []
  const server = await tcpServer((socket) => {
    const upstream = connect(port, '127.0.0.1')
    upstream.on('error', () => {})
    socket.pipe(upstream).pipe(socket)
    pairs.push([socket, upstream])
  })
  return {
    port: server.port,
    freeze: () => {
      for (const [a, b] of pairs) {
        a.unpipe()
        b.unpipe()
        a.pause()
        b.pause()
      }
    },
    stop: async () => {
      for (const [, upstream] of pairs) upstream.destroy()
      await server.stop()
    },
  }
}
