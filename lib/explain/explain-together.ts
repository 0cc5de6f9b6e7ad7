import type { NodeReport } from '@/lib/report'
import { type ClusterHeadline, clusterHeadline } from './cluster-headline'
import type { Knowledge } from './explain'
import { gather, type Placed } from './gather'
import { type CapturedFacts, judgeTogether } from './together'

/** A cause over the nodes that have it. */
export interface ClusterCause {
  id: string
  signature: string
  title: string
  level: string
  summary: string
  fix: NodeReport['causes'][number]['fix']
  nodes: readonly string[]
}

/** A failed check that no cause explains, over the nodes that fail it. */
export interface ClusterFailure {
  check: string
  level: string
  summary: string
  nodes: readonly string[]
}

/** What several captures say together. */
export interface Together {
  reports: readonly NodeReport[]
  headline: ClusterHeadline
  /** The headline's first, then as the first node that has them orders them. */
  causes: readonly ClusterCause[]
  /** Failures that no cause explains, over nodes; consequences of others are not among them. */
  unexplained: readonly ClusterFailure[]
  /** Node each capture was taken to be about, in order; null: the whole cluster, or nobody named it. */
  nodes: readonly (string | null)[]
}

/** Judges captures of one node or cluster together: the pyramid of each node, the causes over them, and what is wrong first. */
export function explainTogether(
  captures: readonly Placed[],
  knowledge: Knowledge,
  captured: readonly CapturedFacts[] = [],
): Together {
  const gathering = gather(captures, knowledge)
  const reports = judgeTogether({ ...gathering.facts, captured }, knowledge, gathering.isNode)
  const headline = clusterHeadline(reports)
  return {
    reports,
    headline,
    causes: causesOf(reports, headline.signature),
    unexplained: unexplainedOf(reports),
    nodes: gathering.nodes,
  }
}

function unexplainedOf(reports: readonly NodeReport[]): ClusterFailure[] {
  const found = new Map<string, ClusterFailure & { nodes: string[] }>()
  // What the whole cluster shows is explained for all nodes by the cause of one of them.
  const anywhere = new Set(reports.flatMap((report) => report.causes.flatMap((cause) => cause.explains)))
  for (const { node, checks, causes } of reports) {
    const explained = new Set(causes.flatMap((cause) => cause.explains))
    for (const { id, level, scope, summary, state } of checks) {
      if (state !== 'fail' || explained.has(id) || (scope === 'cluster' && anywhere.has(id))) continue
      const known = found.get(id)
      if (known) known.nodes.push(node)
      else found.set(id, { check: id, level, summary, nodes: [node] })
    }
  }
  return [...found.values()]
}

function causesOf(reports: readonly NodeReport[], first: string | null): ClusterCause[] {
  const found = new Map<string, { cause: NodeReport['causes'][number]; node: string; own: boolean }[]>()
  for (const { node, causes, checks } of reports) {
    for (const cause of causes) {
      const own = checks.some(
        (check) => check.scope === 'node' && check.state === 'fail' && cause.explains.includes(check.id),
      )
      found.set(cause.signature, [...(found.get(cause.signature) ?? []), { cause, node, own }])
    }
  }
  const merged = [...found.values()].flatMap((members): ClusterCause[] => {
    // A node's cause is about the nodes that show it themselves, not about those that only see the cluster's symptoms of it.
    const own = members.filter((each) => each.own && each.cause.scope === 'node')
    const shown = own.length > 0 ? own : members
    const cause = shown[0]?.cause
    if (!cause) return []
    const { id, signature, title, level, summary, fix } = cause
    return [{ id, signature, title, level, summary, fix, nodes: shown.map((each) => each.node) }]
  })
  return merged.sort((a, b) => Number(b.signature === first) - Number(a.signature === first))
}
