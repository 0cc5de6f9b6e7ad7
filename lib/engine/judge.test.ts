import { describe, expect, it } from 'vitest'
import type { AnyCheck } from '@/lib/check'
import type { NodeReport } from '@/lib/report'
import { evaluate } from './evaluate'
import { judgeNode } from './judge'
import type { Previous } from './judged-check'
import type { ProvingRun } from './proof'
import { aCheck, fact, later, NOW, says } from './testing'

type State = 'pass' | 'warn' | 'fail' | 'skip' | 'unknown'
interface More {
  previous?: Record<string, Previous>
  proof?: ProvingRun | null
  stale?: Record<string, string>
  now?: string
}

/** Judges checks that say what they are told; `unknown`: their fact is missing. */
function judge(
  states: Record<string, State>,
  more: More = {},
  after: Record<string, string[]> = {},
): Omit<NodeReport, 'revision'> {
  const checks = Object.entries(states).map(([id, state]): [AnyCheck, State] => [
    aCheck(id, {
      needs: ['a'],
      after: after[id] ?? [],
      run: () => says(state === 'unknown' ? 'pass' : state, `${id} says ${state}`),
    }),
    state,
  ])
  return judgeNode({
    node: 'n1',
    context: { node: 'n1', profile: null },
    values: {},
    answered: checks.map(([check, state]) => ({
      check,
      answer: evaluate(check, state === 'unknown' ? {} : { a: fact(1) }, { node: 'n1', profile: null }),
      stale: more.stale?.[check.id] ?? null,
    })),
    causes: [],
    now: more.now ?? NOW,
    previous: more.previous ?? {},
    running: [],
    proof: more.proof ?? null,
    stale: false,
  })
}
const check = (report: Omit<NodeReport, 'revision'>, id: string) => {
  const found = report.checks.find((each) => each.id === id)
  return found ?? expect.fail(`no check ${id}`)
}
const previousOf = (report: Omit<NodeReport, 'revision'>) =>
  Object.fromEntries(report.checks.map((each) => [each.id, each]))

describe('judging a node', () => {
  it('names the blocker and what was seen all the same', () => {
    const report = judge({ low: 'fail', high: 'fail', passes: 'pass' }, {}, { high: ['low'], passes: ['low'] })
    expect(check(report, 'high')).toMatchObject({
      state: 'blocked',
      blockedBy: ['low'],
      summary: 'Blocked by “low is broken”. Seen here: high says fail',
      known: { state: 'fail', since: NOW },
    })
    expect(check(report, 'passes')).toMatchObject({ state: 'pass', blockedBy: [] })
    expect(check(report, 'passes').contradiction).toContain('low is broken')
    expect(report).toMatchObject({ state: 'fail', firstBroken: 'drivers', headline: 'low says fail' })
  })

  it('M-04: a stale answer is unknown, shows its last value and blocks nothing', () => {
    const report = judge(
      { low: 'fail', high: 'fail' },
      { stale: { low: 'a was last read long ago' } },
      { high: ['low'] },
    )
    expect(check(report, 'low')).toMatchObject({
      state: 'unknown',
      stale: true,
      summary: 'Stale: a was last read long ago. Last known: low says fail',
    })
    expect(check(report, 'high').state).toBe('fail')
    expect(judge({ only: 'pass' }, { stale: { only: 'old' } }).state).toBe('unknown')
    expect(check(judge({ only: 'skip' }, { stale: { only: 'old' } }), 'only').state).toBe('unknown')
  })

  it('keeps since over the time in which nothing could be seen', () => {
    const first = judge({ c: 'fail' }, { now: later(0) })
    const unseen = judge({ c: 'unknown' }, { now: later(60), previous: previousOf(first) })
    expect(check(unseen, 'c')).toMatchObject({ since: later(60), known: { state: 'fail', since: later(0) } })
    const still = judge({ c: 'unknown' }, { now: later(90), previous: previousOf(unseen) })
    expect(check(still, 'c').since).toBe(later(60))
    const back = judge({ c: 'fail' }, { now: later(120), previous: previousOf(still) })
    expect(check(back, 'c')).toMatchObject({ state: 'fail', since: later(0) })
    expect(check(back, 'c').known).toBeUndefined()
    const healed = judge({ c: 'pass' }, { now: later(120), previous: previousOf(still) })
    expect(check(healed, 'c').since).toBe(later(120))
  })

  describe('and a run that proves the opposite', () => {
    const proof: ProvingRun = { runId: 'r1', finishedAt: later(100), sentence: '389 GB/s over IB on 2 nodes' }

    it('warns of a failure that is older than the run, every time it is judged', () => {
      let report = judge({ c: 'fail' }, { now: later(0) })
      for (const now of [later(110), later(140), later(170)]) {
        report = judge({ c: 'fail' }, { now, proof, previous: previousOf(report) })
        expect(check(report, 'c')).toMatchObject({ state: 'warn', since: later(0) })
        expect(check(report, 'c').contradiction).toContain('Run r1 proved the opposite')
        expect(report.state).toBe('warn')
      }
      expect(check(judge({ c: 'fail' }, { now: later(200), previous: previousOf(report) }), 'c').state).toBe('fail')
    })

    it('leaves a failure that began after it', () => {
      const before = judge({ c: 'pass' }, { now: later(0) })
      expect(check(judge({ c: 'fail' }, { now: later(150), proof, previous: previousOf(before) }), 'c').state).toBe(
        'fail',
      )
    })

    it('holds over an outage in which the failure could not be seen', () => {
      const failed = judge({ c: 'fail' }, { now: later(0) })
      const unseen = judge({ c: 'unknown' }, { now: later(150), proof, previous: previousOf(failed) })
      expect(check(judge({ c: 'fail' }, { now: later(200), proof, previous: previousOf(unseen) }), 'c').state).toBe(
        'warn',
      )
    })

    it('also unblocks what waits for the failure', () => {
      const before = judge({ low: 'fail', high: 'fail' }, { now: later(0) }, { high: ['low'] })
      const after = judge(
        { low: 'fail', high: 'fail' },
        { now: later(110), proof, previous: previousOf(before) },
        { high: ['low'] },
      )
      expect(after.checks.map((each) => each.state)).toEqual(['warn', 'warn'])
    })
  })

  it('tells of a cause that throws and goes on', () => {
    const errors: unknown[] = []
    const thrower = {
      id: 'bad-cause',
      title: '',
      level: 'drivers' as const,
      scope: 'node' as const,
      explains: ['c'],
      specificity: 50,
      why: '',
      refs: [],
      examples: [],
      match: () => {
        throw new Error('boom')
      },
    }
    const report = judgeNode({
      node: 'n1',
      context: { node: 'n1', profile: null },
      values: {},
      answered: [],
      causes: [thrower],
      now: NOW,
      previous: {},
      running: [],
      proof: null,
      stale: false,
      onError: (error) => errors.push(error),
    })
    expect(report.causes).toEqual([])
    expect(String(errors[0])).toContain('cause bad-cause threw')
  })
})
