import { describe, expect, it } from 'vitest'
import { plant } from './fixtures/secret-corpus'
import { redactData } from './redact-data'

describe('redactData', () => {
  it('takes every credential of the corpus out of any place of a record, keys too', () => {
    for (const { name, text, secret } of plant(3)) {
      const record = { kind: 'Event', list: [{ message: text }], labels: { [text]: 'x', plain: `a ${text}` } }
      expect([name, JSON.stringify(redactData(record)).includes(JSON.stringify(secret).slice(1, -1))]).toEqual([
        name,
        false,
      ])
    }
  })

  it('sees key and value together where a record holds them apart', () => {
    const record = {
      password: 'hunter2 and "more"',
      auth: { apiToken: 'abcdefgh', api_key: 'k', HF_TOKEN: 'x', 'client-key-data': 'AA==' },
      tokens: [{ token: 'opaque' }],
    }
    expect(JSON.stringify(redactData(record))).not.toMatch(/hunter2|more|abcdefgh|"k"|"x"|AA==|opaque/)
  })

  it('leaves what is no credential, and the very object then', () => {
    const record = {
      secretName: 'registry-credentials',
      imagePullSecrets: ['ngc'],
      automountServiceAccountToken: 'false',
      selector: { key: 'nvidia.com/gpu.product', operator: 'In' },
      token: '',
      guid: 'a088:c203:00e7:a8b2',
      count: 8,
      none: null,
    }
    expect(redactData(record)).toBe(record)
  })

  it('names the rules that fired', () => {
    const rules: string[] = []
    redactData({ a: 'password=hunter2', b: { token: 'opaque' } }, (rule) => rules.push(rule))
    expect(rules).toEqual(['password', 'secret'])
  })
})
