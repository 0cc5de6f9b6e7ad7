import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probeScript } from '../probe/script'
import type { NodeTarget, NodeTransport, SshSettings } from '../types'
import { Client, newKey, section } from './test/fake-node'
import { RealSshd, sshdPath } from './test/real-sshd'
import { createSshTransport } from './transport'

const found = sshdPath()
if ('missing' in found) console.warn(`real sshd: skipped, ${found.missing}`)

describe.runIf('path' in found)('against real OpenSSH sshd', () => {
  const mine = new Client()
  const forced = newKey()
  const catalogue = [
    section('t.hello', 'echo hello; uname -s'),
    section('t.big', 'head -c 300000 /dev/zero | tr "\\\\0" x'),
    section('t.other', 'echo other', { lane: 'slow' }),
  ]
  const [hello, big] = catalogue
  const addresses = Array.from({ length: 12 }, (_, i) => `127.0.9.${i + 1}`)
  const transports: NodeTransport[] = []
  let sshd: RealSshd

  beforeAll(async () => {
    writeFileSync(mine.path('cairn-probe'), probeScript(catalogue), { mode: 0o755 })
    writeFileSync(mine.path('forced'), forced.private, { mode: 0o600 })
    writeFileSync(mine.path('stranger'), newKey().private, { mode: 0o600 })
    const authorized = `${mine.key.public}\nrestrict,command="exec sh ${mine.path('cairn-probe')}" ${forced.public}\n`
    sshd = await new RealSshd({
      folder: mine.path('sshd'),
      addresses,
      authorized,
      extra: ['MaxStartups 100', 'MaxSessions 2'],
    }).start()
    writeFileSync(mine.knownHosts, sshd.knownLine('127.0.9.*'))
  })
  afterAll(async () => {
    for (const transport of transports) await transport.close()
    sshd?.stop()
    mine.remove()
  })

  function transport(extra: Partial<SshSettings> = {}): NodeTransport {
    const made = createSshTransport({
      keyFiles: [mine.keyFile],
      knownHostsFiles: [mine.knownHosts],
      hostKeyPolicy: 'strict',
      catalogue,
      ...extra,
    })
    transports.push(made)
    return made
  }
  function node(index: number, extra: Partial<NodeTarget> = {}): NodeTarget {
    return { node: `n${index}`, address: addresses[index] ?? '', port: sshd.port, user: sshd.user, ...extra }
  }
  const wanted = () => (hello && big ? [hello, big] : [])

  it('sweeps a dozen nodes, cold and then over the kept connections', async () => {
    const ssh = transport()
    for (const round of [1, 2]) {
      const results = await Promise.all(addresses.map((_, i) => ssh.sweep(node(i), wanted(), { lane: 'fast' })))
      for (const result of results) {
        expect(result.reach, JSON.stringify(result.reach)).toMatchObject({ ok: true, stage: 'done' })
        expect(result.sections['t.hello']).toMatchObject({ status: 'ok', text: 'hello\nLinux\n' })
        expect(result.sections['t.big']?.text).toHaveLength(300_000)
        expect(result.identity).toMatchObject({ probe: { mode: 'sent', current: true } })
        expect(result.identity?.bootIdAfter).toBe(result.identity?.bootId)
      }
      expect(ssh.connections(), `round ${round}`).toBe(addresses.length)
    }
  })

  it('runs both lanes of a node at once on one connection', async () => {
    const ssh = transport()
    const [fast, slow] = await Promise.all([
      ssh.sweep(node(0), wanted(), { lane: 'fast' }),
      ssh.sweep(node(0), catalogue.slice(2), { lane: 'slow' }),
    ])
    expect([fast.reach.ok, slow.reach.ok, ssh.connections()]).toEqual([true, true, 1])
  })

  it('SEC-37 a forced-command key suffices and can do nothing else', async () => {
    const ssh = transport({ keyFiles: [mine.path('forced')] })
    for (let round = 0; round < 2; round++) {
      const result = await ssh.sweep(node(1), wanted(), { lane: 'fast' })
      expect(result.reach.ok, JSON.stringify(result.reach)).toBe(true)
      expect(result.identity?.probe).toMatchObject({ mode: 'installed', current: true })
      expect(result.sections['t.hello']).toMatchObject({ status: 'ok', text: 'hello\nLinux\n' })
    }
    const newer = await ssh.sweep(node(1), [...wanted(), section('t.newer', 'echo new')], { lane: 'fast' })
    expect(newer.sections['t.hello']?.status).toBe('ok')
    expect(newer.sections['t.newer']).toMatchObject({ status: 'absent' })
    const options = [
      '-F',
      '/dev/null',
      '-i',
      mine.path('forced'),
      '-o',
      `UserKnownHostsFile=${mine.knownHosts}`,
      '-o',
      'IdentitiesOnly=yes',
      '-o',
      'BatchMode=yes',
    ]
    const attempt = spawnSync('ssh', [...options, '-p', String(sshd.port), `${sshd.user}@${addresses[1]}`, 'id'], {
      input: 'id\n',
    })
    expect(attempt.status).toBe(64)
    expect(attempt.stdout.toString()).toBe('')
  })

  it('goes through a jump host, which a forced-command key may not be', async () => {
    const jump = { address: addresses[2] ?? '', port: sshd.port, user: sshd.user }
    const ssh = transport()
    const results = await Promise.all([3, 4, 5].map((i) => ssh.sweep(node(i, { jump }), wanted(), { lane: 'fast' })))
    expect(results.map((r) => r.reach.ok)).toEqual([true, true, true])
    expect(ssh.connections()).toBe(4)
    const refused = await ssh.sweep(node(6, { jump, port: 1 }), wanted(), { lane: 'fast' })
    expect(refused.reach).toMatchObject({
      ok: false,
      stage: 'tcp',
      code: 'SSH_REFUSED',
      via: `${sshd.user}@${jump.address}:${sshd.port}`,
    })
    const forbidden = await transport({ keyFiles: [mine.path('forced')] }).sweep(node(6, { jump }), wanted(), {
      lane: 'fast',
    })
    expect(forbidden.reach).toMatchObject({ ok: false, code: 'JUMP_FAILED' })
    expect(forbidden.reach.reason).toMatch(/does not forward/)
  })

  it('names a refused login, and uses an agent', async () => {
    const stranger = await transport({ keyFiles: [mine.path('stranger')] }).sweep(node(7), wanted(), { lane: 'fast' })
    expect(stranger.reach).toMatchObject({ ok: false, stage: 'auth', code: 'SSH_AUTH' })
    const agentSocket = mine.path('agent.sock')
    const agent = spawn('ssh-agent', ['-D', '-a', agentSocket], { stdio: 'ignore' })
    try {
      await new Promise((resolve) => setTimeout(resolve, 200))
      execFileSync('ssh-add', ['-q', mine.keyFile], {
        env: { ...process.env, SSH_AUTH_SOCK: agentSocket },
        stdio: 'ignore',
      })
      const result = await transport({ keyFiles: [], agentSocket }).sweep(node(7), wanted(), { lane: 'fast' })
      expect(result.reach.ok, JSON.stringify(result.reach)).toBe(true)
    } finally {
      agent.kill()
    }
    const none = await transport({ keyFiles: [], agentSocket: mine.path('no.sock') }).sweep(node(7), wanted(), {
      lane: 'fast',
    })
    expect(none.reach).toMatchObject({ ok: false, stage: 'auth', code: 'SSH_AUTH' })
  })

  it('F-11 explains servers with certificates only or old exchanges only', async () => {
    const folder = mine.path('cert')
    const cert = new RealSshd({
      folder,
      addresses: ['127.0.9.20'],
      authorized: mine.key.public,
      extra: [`HostCertificate ${folder}/host-cert.pub`, 'HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com'],
    })
    execFileSync('ssh-keygen', ['-q', '-s', mine.keyFile, '-I', 'x', '-h', '-n', 'x', `${folder}/host.pub`], {
      stdio: 'ignore',
    })
    const old = new RealSshd({
      folder: mine.path('old'),
      addresses: ['127.0.9.21'],
      authorized: mine.key.public,
      extra: ['KexAlgorithms diffie-hellman-group14-sha1'],
    })
    try {
      await cert.start()
      await old.start()
      const ssh = transport()
      const certOnly = await ssh.sweep({ ...node(0), address: '127.0.9.20', port: cert.port }, wanted(), {
        lane: 'fast',
      })
      expect(certOnly.reach).toMatchObject({ ok: false, code: 'HOST_CERT_UNSUPPORTED' })
      const weak = await ssh.sweep({ ...node(0), address: '127.0.9.21', port: old.port }, wanted(), { lane: 'fast' })
      expect(weak.reach).toMatchObject({ ok: false, code: 'SSH_WEAK_ALGORITHMS' })
      expect(weak.reach.reason).toContain('diffie-hellman-group14-sha1')
    } finally {
      cert.stop()
      old.stop()
    }
  })

  it('finds out that a kept connection died with its server', async () => {
    const second = await new RealSshd({
      folder: mine.path('second'),
      addresses: ['127.0.9.22'],
      authorized: mine.key.public,
    }).start()
    writeFileSync(mine.path('known2'), second.knownLine('127.0.9.22'))
    const ssh = transport({ knownHostsFiles: [mine.path('known2')] })
    const where = { ...node(0), address: '127.0.9.22', port: second.port }
    expect((await ssh.sweep(where, wanted(), { lane: 'fast' })).reach.ok).toBe(true)
    second.stop()
    await new Promise((resolve) => setTimeout(resolve, 300))
    const live = await ssh.sweep(where, wanted(), { lane: 'fast' })
    // sshd's child outlives its listener: either the kept session still answers, or the port is refused; never anything else.
    expect(live.reach.ok ? 'done' : live.reach.code).toMatch(/^(?:done|SSH_REFUSED)$/)
  })
})
