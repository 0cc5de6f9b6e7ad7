import { describe, expect, it } from 'vitest'
import type { Finding } from '@/lib/check'
import { handDown } from './hand-down'
import { aCheck } from './testing'

const JUDGED = new Set(['a', 'b', 'c'])

/** A cluster answer with these findings, as node `a` gets it. */
function forA(findings: readonly Finding[]) {
  const worst = findings.some((each) => each.status === 'fail') ? 'fail' : 'warn'
  const verdict = { status: worst, summary: 'all of it', findings, params: { pods: 2 } } as const
  const answer = { state: worst, verdict, why: '', fix: [{ text: 'do', risk: 'none' }], reads: [] } as const
  return handDown({ check: aCheck('c', { needs: [], run: () => verdict }), answer, stale: null }, 'a', JUDGED).answer
}
const bad = (subject: string, nodes?: readonly string[], status: Finding['status'] = 'fail'): Finding => ({
  subject,
  status,
  summary: `${subject} is bad`,
  ...(nodes === undefined ? {} : { nodes }),
})

describe('a fault of the cluster, handed to a node', () => {
  it('is not the fault of a node it is not about', () => {
    expect(forA([bad('x', ['b']), bad('y', ['b', 'c'], 'warn')])).toMatchObject({
      state: 'skip',
      verdict: { status: 'skip', summary: 'Not this node, but b, c: all of it' },
      fix: [],
    })
  })

  it('keeps what is about the node, or about everybody, and counts only that', () => {
    expect(forA([bad('x', ['b']), bad('y', ['a'], 'warn')])).toMatchObject({
      state: 'warn',
      verdict: { status: 'warn', summary: 'all of it', findings: [{ subject: 'x' }, { subject: 'y' }] },
    })
    expect(forA([bad('x', ['a', 'b']), bad('y')])).toMatchObject({ state: 'fail', verdict: { summary: 'all of it' } })
    expect(forA([bad('x', ['b']), bad('y', undefined, 'warn')])).toMatchObject({ state: 'warn' })
  })

  it("stays everybody's when it is about no node that is judged", () => {
    expect(forA([bad('x', ['head01'])])).toMatchObject({ state: 'fail', verdict: { summary: 'all of it' } })
    expect(forA([bad('x', [])])).toMatchObject({ state: 'fail' })
  })
})
