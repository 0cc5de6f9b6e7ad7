import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from './redact'

const SECRET = 'S3cr3tCanaryVal9e'
const B64 = 'QWxhZGRpbjpvcGVuc2VzYW1lQ2FuYXJ5MDE='
const JWT = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIiwic3ViIjoieCJ9.c2lnbmF0dXJlLWNhbmFyeQ'
const PEM = `-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA${SECRET}\nAAAA\n-----END OPENSSH PRIVATE KEY-----`

/** Each with what must not survive. */
const SECRETS: readonly [string, string][] = [
  [PEM, SECRET],
  [`-----BEGIN RSA PRIVATE KEY-----\nMIIE${SECRET}\n(cut here`, SECRET],
  [`token ${JWT} end`, 'c2lnbmF0dXJlLWNhbmFyeQ'],
  [`Authorization: Bearer ${SECRET}`, SECRET],
  [`"authorization": "Basic ${B64}"`, B64],
  [`< authorization: ${SECRET} more ${SECRET}`, SECRET],
  [`curl -H 'x' -u ops:${SECRET} https://x/`, SECRET],
  [`sshpass -p ${SECRET} ssh dgx01`, SECRET],
  [`pulling from https://robot:${SECRET}@registry.example/x`, SECRET],
  [`https://${SECRET}${SECRET}@git.example/x`, SECRET],
  [`password=${SECRET}`, SECRET],
  [`PASSWORD: ${SECRET}`, SECRET],
  [`"db_password": "${SECRET} with ${SECRET}"`, SECRET],
  [`'password': '${SECRET}`, SECRET],
  [String.raw`{\"password\":\"${SECRET}\",\"a\":1}`, SECRET],
  [`DB_PASSWORD=${SECRET},x`, SECRET],
  [`--password ${SECRET}`, SECRET],
  [`--token=${SECRET}`, SECRET],
  [`run --auth-token "${SECRET}"`, SECRET],
  [`NGC_API_KEY=${SECRET}`, SECRET],
  [`aws_secret_access_key = ${SECRET}`, SECRET],
  [`client-key-data: ${B64}`, B64],
  [`"auths":{"nvcr.io":{"auth":"${B64}"}}`, B64],
  [`- name: WANDB_API_KEY\n      value: ${SECRET}\n`, SECRET],
  [`{"name":"HF_TOKEN","value":"${SECRET}"}`, SECRET],
  ['AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
  [`ghp_${'a1B2'.repeat(9)}`, 'a1B2a1B2'],
  [`github_pat_${'a1B2_'.repeat(9)}`, 'a1B2_a1B2'],
  [`hf_${'aBcDeFgHiJ'.repeat(4)}`, 'aBcDeFgHiJ'],
  [`nvapi-${'aBcD-efg_H'.repeat(4)}`, 'aBcD-efg_H'],
  [`glpat-${'aBcDefgH12'.repeat(2)}`, 'aBcDefgH12'],
  [`BOOT_IMAGE=/vmlinuz rd.iscsi.password=${SECRET} ro`, SECRET],
  [`netroot=iscsi:admin:${SECRET}@10.0.0.1::3260::iqn`, SECRET],
  [`systemd.set_credential=passwd.hashed-password.root:${SECRET}`, SECRET],
  [`Set-Cookie: cairn_session=${SECRET}; HttpOnly`, SECRET],
  [`AccountName=a;AccountKey=${SECRET}==;x`, SECRET],
  [`"key": "aB3${'dE5fG7hI9jK1'.repeat(3)}"`, 'dE5fG7hI9jK1'],
]

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
]

describe('redact', () => {
  for (const [text, secret] of SECRETS) {
    it(`takes out ${text.slice(0, 50).replaceAll('\n', '⏎')}`, () => {
      const around = `before\n${text}\nafter`
      const result = redact(around)
      expect(result.text).not.toContain(secret)
      expect(result.rules.length).toBeGreaterThan(0)
      expect(redact(result.text)).toEqual({ text: result.text, rules: [] })
    })
  }

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

  it('is idempotent, and no canary survives, whatever stands around it (P-15)', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(...SECRETS.map(([text]) => text), ...BENIGN),
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
        ([text, secret], head, tail) => {
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
    ]) {
      const text = unit.repeat(Math.ceil((1024 * 1024) / unit.length))
      const start = performance.now()
      redact(text)
      expect([unit, performance.now() - start < 1_500]).toEqual([unit, true])
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
