import type { NodeReport } from '@/lib/report'
import { type ClusterHeadline, clusterHeadline } from './cluster-headline'
import type { Knowledge } from './explain'
import { gather, type Placed } from './gather'
import { judgeTogether } from './together'

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

/** What several captures say together. */
export interface Together {
  reports: readonly NodeReport[]
  headline: ClusterHeadline
  /** The headline's first, then as the first node that has them orders them. */
  causes: readonly ClusterCause[]
  /** Node each capture was taken to be about, in order; null: the whole cluster, or nobody named it. */
  nodes: readonly (string | null)[]
}

/** Judges captures of one node or cluster together: the pyramid of each node, the causes over them, and what is wrong first. */
export function explainTogether(captures: readonly Placed[], knowledge: Knowledge): Together {
  const gathering = gather(captures, knowledge)
  const reports = judgeTogether(gathering.facts, knowledge, gathering.isNode)
  const headline = clusterHeadline(reports)
  return { reports, headline, causes: causesOf(reports, headline.signature), nodes: gathering.nodes }
}

function causesOf(reports: readonly NodeReport[], first: string | null): ClusterCause[] {
  const found = new Map<string, ClusterCause & { nodes: string[] }>()
  for (const report of reports) {
    for (const { id, signature, title, level, summary, fix } of report.causes) {
      const known = found.get(signature)
      if (known) known.nodes.push(report.node)
      else found.set(signature, { id, signature, title, level, summary, fix, nodes: [report.node] })
    }
  }
  return [...found.values()].sort((a, b) => Number(b.signature === first) - Number(a.signature === first))
}
