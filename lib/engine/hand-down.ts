import type { Finding } from '@/lib/check'
import { naming } from '@/lib/k8s/from-findings'
import { joinAll } from '@/lib/verdict'
import type { Answered } from './judged-check'

/**
 * What a cluster's answer means for one node: as bad as the findings that are about it, and not its matter where none is.
 * The words stay the cluster's. A fault about none of the nodes that are judged stays everybody's: it must not vanish.
 */
export function handDown(one: Answered, node: string, judged: ReadonlySet<string>): Answered {
  const { verdict, state } = one.answer
  const bad = verdict?.findings?.filter((each) => each.status !== 'pass') ?? []
  if (!verdict || bad.length === 0 || (state !== 'fail' && state !== 'warn')) return one
  const mine = bad.filter((each) => concerns(each, node, judged))
  if (mine.length === bad.length) return one
  if (mine.length === 0) {
    const others = [...new Set(bad.flatMap((each) => each.nodes ?? []))].sort()
    const summary = `Not this node, but ${naming(others)}: ${verdict.summary}`
    return { ...one, answer: { ...one.answer, state: 'skip', verdict: { status: 'skip', summary }, fix: [] } }
  }
  const status = joinAll(mine.map((each) => each.status)) === 'fail' ? state : 'warn'
  return { ...one, answer: { ...one.answer, state: status, verdict: { ...verdict, status } } }
}

function concerns({ nodes }: Finding, node: string, judged: ReadonlySet<string>): boolean {
  if (nodes === undefined || !nodes.some((name) => judged.has(name))) return true
  return nodes.includes(node)
}
