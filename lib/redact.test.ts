import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plant } from './fixtures/secret-corpus'
import { redact } from './redact'

/** Each with what must not survive: the SEC-26 corpus. */
const SECRETS = plant(0)

const BENIGN = [
  'node_guid: 0xa088c20300e7a8b2',
  'Node GUID:  b83f:d203:00bf:a9c2',
  'PSID: MT_0000000838  Serial: MT2334X00ABC',
  '0000:1a:00.0 Infiniband controller: Mellanox Technologies MT2910 Family [ConnectX-7]',
  'image: nvcr.io/nvidia/mellanox/doca-driver@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  'automountServiceAccountToken: false',
  'secretName: registry-credentials',
  'imagePullSecrets:\n- name: ngc',
  'secret:\n  defaultMode: 420',
  'TokenExpirationSeconds:  3607',
  'sudo: a password is required',
  'P_Key 0xffff, M_Key: 0x0000000000000000, sm_key=0x00',
  'key: nvidia.com/gpu.product',
  'tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists}]',
  'volume "x" : secret "memberlist" not found',
  "DB_PASSWORD:  <set to the key 'pw' in secret 'db'>  Optional: false",
  'NCCL INFO NET/IB : Using [0]mlx5_0:1/IB [RO]; OOB eth0:10.0.0.1<0>',
  'ssh://git@host.example/repo and git@host:repo',
  'PWD=/root HOME=/root',
  'uid: 6e1c1b3e-0c4a-4b7c-9d0e-3f0b8a1c2d3e resourceVersion: "123456789"',
  'pass: 12 fail: 0',
  'failed to authorize: failed to fetch anonymous token: unexpected status from GET request: 401 Unauthorized',
  'su: incorrect password: Permission denied',
  '"serviceAccountToken": {',
  'volumes:[map[name:tls secret:map[secretName:<nil>]]]',
  '0 errors, bearer authentication is not configured',
  'PWD=/root OLDPWD=/var BASH_PWD:',
  'docker run -u 1000:1000 image',
  'systemd[1]: user@1000.service: Main process exited',
  'mail to ops@example.com, see git@host.example:repo.git and foo: bar@baz.example',
  'ipmitool -I lanplus -H bmc power status -v',
  'snmpwalk -v3 -l authPriv switch',
  'mysql -p db',
  'echo $1 $y $6 "$5"',
  'signature: no-vfs; sig=0x1f; signal=15',
  'MUNGE: credential is not valid',
  'GET https://api.example/x?sort=name&significant=12345678',
]

describe('redact', () => {
  for (const { name, text, secret } of SECRETS) {
    it(`takes out: ${name}`, () => {
      const around = `before\n${text}\nafter`
      const result = redact(around)
      expect(result.text).not.toContain(secret)
      expect(result.rules.length).toBeGreaterThan(0)
      expect(redact(result.text)).toEqual({ text: result.text, rules: [] })
    })
  }

  it('takes each out in every dress: one line, quoted, JSON, JSON in JSON, logs with quoted errors', () => {
    for (const { name, text, secret } of SECRETS) {
      const flat = text.replaceAll('\n', ' ')
      for (const dressed of [
        `x ${flat} y`,
        `msg="${flat}" level=error`,
        `(${text})`,
        JSON.stringify({ m: `first\n${text}\tlast` }),
        JSON.stringify({ m: JSON.stringify({ a: text }) }),
        `E1130 12:00:00.000000       1 pod.go:12] "failed" err=${JSON.stringify(text)}`,
      ]) {
        const once = redact(dressed).text
        expect([name, once.includes(secret), redact(once).text === once]).toEqual([name, false, true])
      }
    }
  })

  it('leaves what is no secret', () => {
    for (const text of BENIGN) expect(redact(text)).toEqual({ text, rules: [] })
  })

  it('keeps JSON readable', () => {
    const redacted = redact(JSON.stringify({ a: { password: 'x y', token: 'abc' }, b: [1] }))
    expect(JSON.parse(redacted.text)).toEqual({
      a: { password: '[redacted:password]', token: '[redacted:secret]' },
      b: [1],
    })
  })

  it('leaves what a registry answers', () => {
    const text =
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed'
    expect(redact(text).text).toBe(text)
  })

  it('leaves a section named authorization a section; a list of headers is one of secrets', () => {
    const kubelet = '{"authorization":{"mode":"Webhook"},"b":1}'
    for (const text of [kubelet, JSON.stringify(JSON.parse(kubelet), null, 2)]) expect(redact(text).text).toBe(text)
    expect(redact('{"Authorization":["Basic dXNlcjpwYXNz"]}').text).toBe(
      '{"Authorization":["Basic [redacted:authorization]"]}',
    )
  })

  it('is idempotent, and no canary survives, whatever stands around it (P-15)', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(...SECRETS.map(({ text }) => text), ...BENIGN),
      fc.constantFrom(
        'password',
        'token=',
        '"',
        "'",
        '\\"',
        ': ',
        '=',
        '\n',
        'Bearer ',
        'authorization: ',
        '[redacted:',
        '[redacted:jwt]',
        'https://',
        '@',
      ),
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const once = redact(parts.join(''))
        expect(redact(once.text).text).toBe(once.text)
      }),
      { numRuns: 2_000 },
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...SECRETS),
        fc.string({ maxLength: 30 }),
        fc.string({ maxLength: 30 }),
        ({ text, secret }, head, tail) => {
          expect(redact(`${head}\n${text}\n${tail}`).text).not.toContain(secret)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('is linear: no text takes long', () => {
    for (const unit of [
      'a',
      'password=',
      'eyJ',
      'bearer ',
      '"auth":"',
      '-----BEGIN PRIVATE KEY-----',
      'name: a_token ',
      'http://a:',
      'curl -u ',
      '--a-token ',
      'key: ',
      ' \t',
      '\\"',
      'ipmitool -P ',
      'snmpget -A ',
      ' -p',
      'a:b@c.de ',
      'a:',
      '\\\\\\"password',
      'Private-Lines: 1\n',
      '$6$',
      '?sig=',
      'eyJaaaaaaaa.aaaaaaaa.',
    ]) {
      const text = unit.repeat(Math.ceil((1024 * 1024) / unit.length))
      const start = process.cpuUsage()
      redact(text)
      const { user, system } = process.cpuUsage(start)
      expect([unit, (user + system) / 1_000 < 1_500]).toEqual([unit, true])
    }
  })

  it('touches almost nothing in real captures', () => {
    const folder = process.env.CAIRN_SAMPLES ?? new URL('../../shared/samples', import.meta.url).pathname
    const files = walk(folder).slice(0, 400)
    let lines = 0
    let touched = 0
    for (const file of files) {
      const before = readFileSync(file, 'utf8').split('\n')
      lines += before.length
      touched += before.filter((line) => redact(line).rules.length > 0).length
    }
    expect(touched).toBeLessThanOrEqual(lines * 0.005)
  })
})

/** Files of a folder; none when it is not there (outside the lab). */
function walk(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      const path = join(folder, name)
      const stat = statSync(path)
      return stat.isDirectory() ? walk(path) : stat.size < 200_000 ? [path] : []
    })
  } catch {
    return []
  }
}
