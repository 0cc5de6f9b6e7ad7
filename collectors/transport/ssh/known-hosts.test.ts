import { execFile, spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fingerprint, HostKeyPolicy } from './host-key'
import { KnownHosts } from './known-hosts'
import { Client, FakeNode, newKey } from './test/fake-node'

const server = new FakeNode()
const mine = new Client()
const [kType, kBlob] = server.hostKey.public.split(' ')
const K = `${kType} ${kBlob}`
const other = newKey().public.split(' ').slice(0, 2).join(' ')
const rsa =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDB5tl6fHaTDZpdVk5TWqmOtVt5J+yDVvRdBXdSUGRs6bfJm0W7sYhhlN2dV5nRvcAnyk+rEWJz1zLkxFcgVJJFhKjKvPVXo0NyiTpFPmKqLPTmxR6lIHh0yzCkTYVUmwmSCwbVqHcaM0ZVQ+4MCHz3vCFX5NSKZmGM3cWqJXu0Zw=='

beforeAll(() => server.start())
afterAll(async () => {
  await server.stop()
  mine.remove()
})

function hashed(name: string): string {
  const salt = Buffer.from('0123456789abcdefghij')
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

/** known_hosts files as functions of the port, and whether OpenSSH accepts the server's key under them. */
const vectors: [name: string, file: (p: number) => string, accepted: boolean][] = [
  ['empty', () => '', false],
  ['the plain line', (p) => `[127.0.0.1]:${p} ${K}`, true],
  ['with a comment', (p) => `[127.0.0.1]:${p} ${K} root@dgx030`, true],
  ['after comments and blank lines', (p) => `# hosts\n\n   \n[127.0.0.1]:${p} ${K}`, true],
  ['indented by tabs', (p) => `\t [127.0.0.1]:${p}\t${K.replace(' ', '\t')}`, true],
  ['CRLF', (p) => `[127.0.0.1]:${p} ${K} x\r\n`, true],
  ['commented out', (p) => `#[127.0.0.1]:${p} ${K}`, false],
  ['another port', (p) => `[127.0.0.1]:${p + 1} ${K}`, false],
  ['the host without its port', () => `127.0.0.1 ${K}`, true],
  ['the host without its port, another key', () => `127.0.0.1 ${other}`, false],
  ['another host', (p) => `[127.0.0.2]:${p} ${K}`, false],
  ['another key', (p) => `[127.0.0.1]:${p} ${other}`, false],
  ['another key, then ours', (p) => `[127.0.0.1]:${p} ${other}\n[127.0.0.1]:${p} ${K}`, true],
  ['ours, then another', (p) => `[127.0.0.1]:${p} ${K}\n[127.0.0.1]:${p} ${other}`, true],
  ['another key with the port, ours without', (p) => `[127.0.0.1]:${p} ${other}\n127.0.0.1 ${K}`, false],
  ['a key of another type only', (p) => `[127.0.0.1]:${p} ${rsa}`, false],
  ['a key of another type, then ours', (p) => `[127.0.0.1]:${p} ${rsa}\n[127.0.0.1]:${p} ${K}`, true],
  ['a list', (p) => `a.example,[127.0.0.1]:${p},b.example ${K}`, true],
  ['a list without us', (p) => `a.example,[127.0.0.9]:${p} ${K}`, false],
  ['star', () => `* ${K}`, true],
  ['star in the address', (p) => `[127.0.*]:${p} ${K}`, true],
  ['question marks', (p) => `[127.?.?.1]:${p} ${K}`, true],
  ['a question mark too many', (p) => `[127.?.?.1?]:${p} ${K}`, false],
  ['negated', (p) => `*,![127.0.0.1]:${p} ${K}`, true],
  ['negated with and without port', (p) => `*,!127.0.0.1,![127.0.0.1]:${p} ${K}`, false],
  ['negation of others', (p) => `!10.*,[127.*]:${p} ${K}`, true],
  ['only a negation', () => `!10.0.0.1 ${K}`, false],
  ['hashed', (p) => `${hashed(`[127.0.0.1]:${p}`)} ${K}`, true],
  ['hashed, another host', (p) => `${hashed(`[127.0.0.2]:${p}`)} ${K}`, false],
  ['hashed, another key', (p) => `${hashed(`[127.0.0.1]:${p}`)} ${other}`, false],
  ['hashed with a bad version', (p) => `${hashed(`[127.0.0.1]:${p}`).replace('|1|', '|2|')} ${K}`, false],
  ['revoked', (p) => `@revoked * ${K}\n[127.0.0.1]:${p} ${K}`, false],
  ['revoked after', (p) => `[127.0.0.1]:${p} ${K}\n@revoked [127.0.0.1]:${p} ${K}`, false],
  ['another key revoked', (p) => `@revoked * ${other}\n[127.0.0.1]:${p} ${K}`, true],
  ['revoked for another host', (p) => `@revoked 10.0.0.1 ${K}\n[127.0.0.1]:${p} ${K}`, true],
  ['certificate authority with our key', () => `@cert-authority * ${K}`, false],
  ['certificate authority and our plain key', (p) => `@cert-authority * ${other}\n[127.0.0.1]:${p} ${K}`, true],
  ['an unknown marker', (p) => `@trusted [127.0.0.1]:${p} ${K}`, false],
  ['a key cut short', (p) => `[127.0.0.1]:${p} ${K.slice(0, -20)}`, false],
  ['a type that is not the key’s', (p) => `[127.0.0.1]:${p} ssh-rsa ${kBlob}`, false],
  ['no key', (p) => `[127.0.0.1]:${p} ${kType}`, false],
]

describe('host keys', () => {
  it.each(vectors)('%s', async (_name, file, accepted) => {
    writeFileSync(mine.knownHosts, file(server.port))
    const policy = new HostKeyPolicy({ knownHostsFiles: [mine.knownHosts], hostKeyPolicy: 'strict' })
    const blob = Buffer.from(kBlob ?? '', 'base64')
    const decision = await policy.decide({ host: '127.0.0.1', port: server.port }, blob)
    expect(decision.ok).toBe(accepted)
  })

  const openssh = spawnSync('ssh', ['-V']).status === 0
  it.runIf(openssh)(`agrees with OpenSSH on all ${vectors.length} files`, { timeout: 60_000 }, async () => {
    const verdicts: [string, boolean][] = []
    for (const [name, file] of vectors) {
      writeFileSync(mine.knownHosts, file(server.port))
      verdicts.push([name, await opensshAccepts(mine.knownHosts, server.port)])
    }
    expect(verdicts).toEqual(vectors.map(([name, , accepted]) => [name, accepted]))
  })
  if (!openssh) console.warn('known_hosts: no ssh binary here, vectors not compared with OpenSSH')

  it('prefers the node’s address, then its name, and says why a certificate authority does not help', async () => {
    const blob = Buffer.from(kBlob ?? '', 'base64')
    const decide = async (text: string, alias: string) => {
      writeFileSync(mine.knownHosts, text)
      const policy = new HostKeyPolicy({ knownHostsFiles: [mine.knownHosts], hostKeyPolicy: 'strict' })
      return policy.decide({ host: '10.0.0.5', port: 22, alias }, blob)
    }
    expect(await decide(`dgx030 ${K}`, 'dgx030')).toMatchObject({ ok: true })
    expect(await decide(`10.0.0.5 ${other}\ndgx030 ${K}`, 'dgx030')).toMatchObject({
      ok: false,
      code: 'HOST_KEY_CHANGED',
    })
    expect(await decide(`DGX030 ${K}`, 'dgx030')).toMatchObject({ ok: true })
    expect(await decide(`@cert-authority *.x,10.* ${other}`, 'dgx030')).toMatchObject({
      ok: false,
      code: 'HOST_CERT_UNSUPPORTED',
    })
    expect(await decide(`@revoked dgx030 ${K}\n10.0.0.5 ${K}`, 'dgx030')).toMatchObject({
      ok: false,
      code: 'HOST_KEY_REVOKED',
    })
  })

  it('refuses when a file cannot be read, and follows changes', async () => {
    const policy = new HostKeyPolicy({ knownHostsFiles: [mine.folder], hostKeyPolicy: 'strict' })
    const decision = await policy.decide({ host: 'a', port: 22 }, Buffer.from(kBlob ?? '', 'base64'))
    expect(decision).toMatchObject({ ok: false, code: 'HOST_KEY_UNKNOWN' })
    let now = 0
    const live = new HostKeyPolicy({ knownHostsFiles: [mine.knownHosts], hostKeyPolicy: 'strict' }, () => now)
    const blob = Buffer.from(kBlob ?? '', 'base64')
    writeFileSync(mine.knownHosts, '')
    expect((await live.decide({ host: 'a', port: 22 }, blob)).ok).toBe(false)
    writeFileSync(mine.knownHosts, `a ${K}\n`)
    now = 5_000
    expect((await live.decide({ host: 'a', port: 22 }, blob)).ok).toBe(true)
  })

  it('shows fingerprints as ssh-keygen does, and is not stalled by hostile patterns', () => {
    expect(fingerprint(Buffer.from(kBlob ?? '', 'base64'))).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
    const began = performance.now()
    new KnownHosts([`${'*a'.repeat(500)} ${K}`]).lookup('a'.repeat(499))
    expect(performance.now() - began).toBeLessThan(50)
  })
})

function opensshAccepts(knownHosts: string, port: number): Promise<boolean> {
  const options = [
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'BatchMode=yes',
    'PreferredAuthentications=none',
    'UpdateHostKeys=no',
    'KexAlgorithms=curve25519-sha256',
  ]
  const args = [
    '-F',
    '/dev/null',
    ...options.flatMap((option) => ['-o', option]),
    '-p',
    String(port),
    'x@127.0.0.1',
    'true',
  ]
  return new Promise((resolve) => {
    execFile('ssh', args, (_error, _stdout, stderr) => resolve(/Permission denied/.test(stderr)))
  })
}
