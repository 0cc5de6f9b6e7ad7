import { describe, expect, it } from 'vitest'
import { NotRead, nodeCollector, Unreadable } from '@/lib/collector'
import { later, NOW } from '@/lib/engine/testing'
import type { Evidence, RawRead } from '@/lib/read'
import { factOf, toEvidence } from './intake'

const read = { via: 'node' as const, lane: 'fast' as const, script: ':' }
const collector = (parse: (text: string) => unknown) =>
  nodeCollector({
    id: 'a',
    title: 'a',
    reads: { main: read, extra: { ...read, optional: true } },
    parse: (answers) => parse(`${answers.main.text}|${answers.extra.text}`),
  })
const evidence = (name: string, more: Partial<Evidence> = {}): [string, Evidence] => [
  `a.${name}`,
  {
    id: `a.${name}`,
    via: 'node',
    source: 'n1',
    command: ':',
    status: 'ok',
    text: name,
    stderr: '',
    exitCode: 0,
    cut: false,
    startedAt: NOW,
    durationMs: 1,
    digest: '',
    redactions: [],
    ...more,
  },
]
const same = (text: string) => text

describe('facts of a node', () => {
  it('needs every read, and is as old as the oldest', () => {
    expect(factOf(collector(same), new Map([evidence('main')]))).toBeNull()
    const both = new Map([evidence('main', { startedAt: later(5) }), evidence('extra')])
    expect(factOf(collector(same), both)).toMatchObject({ status: 'ok', value: 'main|extra', at: NOW })
  })

  it.each(['denied', 'timeout', 'absent', 'unreachable', 'unreadable'] as const)(
    'M-02: a read that is %s makes no value',
    (status) => {
      const fact = factOf(collector(same), new Map([evidence('main', { status, reason: 'why' }), evidence('extra')]))
      expect(fact).toMatchObject({ status, reason: 'why' })
      expect(fact && 'value' in fact).toBe(false)
    },
  )

  it('goes on without an optional read, with nothing in its place', () => {
    const fact = factOf(
      collector(same),
      new Map([evidence('main'), evidence('extra', { status: 'denied', text: 'half' })]),
    )
    expect(fact).toMatchObject({ status: 'ok', value: 'main|' })
  })

  it('a parser that throws is unreadable, or what it says, never a value', () => {
    const throwing = (error: Error) =>
      factOf(
        collector(() => {
          throw error
        }),
        new Map([evidence('main'), evidence('extra')]),
      )
    expect(throwing(new Unreadable('no header'))).toMatchObject({ status: 'unreadable', reason: 'no header' })
    expect(throwing(new NotRead('denied', 'must be root'))).toMatchObject({ status: 'denied', reason: 'must be root' })
    expect(throwing(new TypeError('x is undefined'))).toMatchObject({
      status: 'unreadable',
      reason: 'the parser failed: x is undefined',
    })
  })

  it('keeps harmless, redacted text, with the digest of what is kept', () => {
    const raw: RawRead = {
      status: 'ok',
      text: 'token=hunter2\u001b[31m\n',
      stderr: '',
      exitCode: 0,
      cut: false,
      startedAt: NOW,
      durationMs: 1,
    }
    const sweep = {
      node: 'n1',
      reach: { ok: true, stage: 'done' as const, durationMs: 1 },
      identity: null,
      sections: {},
      startedAt: NOW,
      durationMs: 1,
    }
    const mask = (text: string) => ({
      text: text.replace('hunter2', '***'),
      rules: text.includes('hunter2') ? ['token'] : [],
    })
    const one = toEvidence(sweep, 'a.main', raw, 'cat', mask)
    expect(one).toMatchObject({ text: 'token=***\n', redactions: ['token'], source: 'n1', command: 'cat' })
    expect(one.digest).toMatch(/^[0-9a-f]{64}$/)
  })
})
