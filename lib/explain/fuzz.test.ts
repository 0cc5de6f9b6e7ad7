import { describe, expect, it } from 'vitest'
import { explainSeeds } from '@/e2e/fleets/seeds'
import { toCapture } from './capture'
import { explain } from './explain'
import { factSubset } from './fact-subset'
import { BY_CONTRACT, fuzzFormat } from './fuzz'
import { SEEDS } from './fuzz-seeds'
import { knowledge } from './knowledge'
import type { AnyFormat } from './recognise'

const formats: readonly AnyFormat[] = knowledge.formats
/** Inputs of each parser. CI does all of them; elsewhere a slow machine stops early. `npm run fuzz` does 2,000,000. */
const INPUTS = 20_000
const MAX_MS = process.env.CI ? Number.POSITIVE_INFINITY : 1500
const MIB = 1024 * 1024
/** 50 ms per MiB is the goal; shared test machines are ten times slower at their worst. YAML that is broken is read by a library with its own pace. */
const MAX_MS_PER_MIB: Readonly<Record<string, number>> = { k8s: 20_000, kubelet: 20_000 }
const USUAL_MS_PER_MIB = 4000

describe.each(formats.map((format) => [format.kind, format] as const))('%s', (kind, format) => {
  it('has a seed that is recognised and read', () => {
    const { answer, candidates } = explain('seed', SEEDS[kind] ?? '', knowledge)
    expect(answer.kind, candidates.map((one) => `${one.format.kind} ${one.sure}`).join(', ')).toBe(kind)
    expect(answer.status, answer.reason?.text).toBe('ok')
  })

  it('holds against cut and corrupted text', { timeout: 300_000 }, () => {
    const result = fuzzFormat(format, explainSeeds(kind), knowledge, {
      inputs: INPUTS,
      seed: 1,
      clock: () => performance.now(),
      judgeEvery: 100,
      maxMs: MAX_MS,
    })
    const violations = result.violations.filter((one) => !BY_CONTRACT[kind]?.test(one.what))
    expect(violations.map(({ rule, what, input }) => ({ rule, what, end: input.slice(-120) }))).toEqual([])
    if (process.env.CI) expect(result.inputs).toBe(INPUTS)
    else expect(result.inputs).toBeGreaterThan(50)
  })

  it('reads a mebibyte of its own and of foreign lines in linear time', { timeout: 120_000 }, () => {
    const seed = SEEDS[kind] ?? ''
    const last = `${seed.trimEnd().split('\n').at(-1) ?? ''}\n`
    const texts = [
      seed.repeat(MIB / seed.length),
      seed + last.repeat(MIB / last.length),
      seed + 'a: 1\n'.repeat(MIB / 5),
      seed + ' '.repeat(MIB),
      seed + '9'.repeat(MIB),
      seed + 'a.b-c:d/'.repeat(MIB / 8),
    ]
    for (const text of texts) {
      const capture = toCapture(text)
      const started = performance.now()
      format.recognise(capture)
      format.parse(capture)
      expect(performance.now() - started).toBeLessThan(MAX_MS_PER_MIB[kind] ?? USUAL_MS_PER_MIB)
    }
  })
})

describe('subset of facts', () => {
  const whole = {
    devices: [
      { name: 'a', vfs: 8, complete: true },
      { name: 'b', vfs: null },
    ],
    errors: ['no such device'],
  }
  it.each([
    ['the same', whole],
    ['fewer devices', { devices: [{ name: 'a', vfs: 8 }] }],
    ['less known', { devices: [{ name: 'a', vfs: null, complete: false }], errors: ['no such'] }],
    ['nothing', {}],
  ])('%s', (_, part) => expect(factSubset(part, whole)).toBeNull())
  it.each([
    ['another value', { devices: [{ name: 'a', vfs: 16 }] }],
    ['a value the whole does not have', { devices: [{ name: 'b', vfs: 8 }] }],
    ['another device', { devices: [{ name: 'c' }] }],
  ])('%s', (_, part) => expect(factSubset(part, whole)).not.toBeNull())
})
