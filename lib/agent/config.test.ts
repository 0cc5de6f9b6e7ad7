import { describe, expect, it } from 'vitest'
import { ConfigError, isLoopback, parseConfig, printableConfig } from './config'

const HASH = 'a'.repeat(64)
const tokens = `login: { tokens: [{ name: ann, sha256: ${HASH}, role: operator }] }`

function problem(text: string): string {
  try {
    parseConfig(text, 'cairn.yaml')
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

describe('start matrix: mode × bind (SEC-01)', () => {
  const loopback = ['127.0.0.1', '::1', 'localhost', '127.8.8.8']
  const outside = ['0.0.0.0', '::', '10.0.0.4', 'cairn.example.net', '[::]', '1270.0.0.1', '127.evil.example']
  for (const host of loopback) {
    it(`${host}: starts with and without tokens`, () => {
      expect(parseConfig(`listen: { host: "${host}" }`, null).login.mode).toBe('launch-token')
      expect(parseConfig(`listen: { host: "${host}" }\n${tokens}`, null).login.mode).toBe('tokens')
    })
  }
  for (const host of outside) {
    it(`${host}: only with tokens`, () => {
      expect(problem(`listen: { host: "${host}" }`)).toMatch(/no login is configured/)
      expect(problem(`listen: { host: "${host}" }\nlogin: { mode: launch-token }`)).toMatch(/no login is configured/)
      expect(problem(`listen: { host: "${host}" }\nlogin: { mode: tokens }`)).toMatch(/nobody could sign in/)
      expect(problem(`listen: { host: "${host}", publicOrigin: "https://cairn.example.net" }\n${tokens}`)).toBe('')
      expect(isLoopback(host)).toBe(false)
    })
  }
})

describe('cairn.yaml', () => {
  it('names an unknown key with its line and what was meant', () => {
    expect(problem('ssh:\n  user: ops\n  knownHost: [a]\n')).toBe(
      'cairn.yaml:3: unknown key "knownHost" in ssh: did you mean "knownHosts"?',
    )
    expect(problem('sssh: {}\n')).toBe('cairn.yaml:1: unknown key "sssh" at the top: did you mean "ssh"?')
    expect(problem('ssh:\n  overrides:\n    - nodes: "dgx*"\n      usr: x\n')).toMatch(
      /^cairn.yaml:4: unknown key "usr" in ssh.overrides.0: did you mean "user"\?$/,
    )
    expect(problem('zzzzzzzz: 1')).toBe('cairn.yaml:1: unknown key "zzzzzzzz" at the top')
  })

  it('names a wrong value with its line', () => {
    expect(problem('listen:\n  port: 99999\n')).toMatch(/^cairn.yaml:2: listen.port: /)
    expect(problem('runs: { images: { nccl: "repo/nccl:latest" } }')).toMatch(/by digest/)
    expect(problem('a: [')).toMatch(/^cairn.yaml:\d+: /)
    expect(
      problem(
        `login: { tokens: [{ name: a, sha256: ${HASH}, role: viewer }, { name: a, sha256: ${HASH}, role: viewer }] }`,
      ),
    ).toMatch(/twice/)
  })

  it('prints effective values without token hashes', () => {
    const config = parseConfig(`${tokens}\nssh: { user: ops, keyFiles: [keys/id] }`, '/etc/cairn/cairn.yaml')
    const text = printableConfig(config)
    expect(text).not.toContain(HASH)
    expect(text).toContain('name: ann')
    expect(text).toContain('/etc/cairn/keys/id')
    expect(text).toContain('sweepMinutes: 5')
  })

  it('has a default for everything', () => {
    expect(parseConfig('', null).runs.namespace).toBe('cairn-runs')
  })
})
