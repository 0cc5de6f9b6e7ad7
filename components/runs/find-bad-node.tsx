import { SearchCheck } from 'lucide-react'
import { LinkButton } from '@/components/ui/button'
import type { Run } from '@/lib/contract/runs'
import { isActive } from './words'

/** Whether a search can tell more of a run: it is over, went wrong, and several nodes took part. */
export function canSearch(run: Pick<Run, 'kind' | 'state' | 'verdict' | 'nodes' | 'parent'>): boolean {
  if (run.kind !== 'nccl' || isActive(run.state) || run.parent !== null || run.nodes.length < 2) return false
  return run.verdict === 'fail' || run.verdict === 'warn' || run.state === 'failed'
}

/** Leads from a slow or failed run to the plan that finds who it is. */
export function FindBadNode({ run }: { run: Run }) {
  if (!canSearch(run)) return null
  const query = new URLSearchParams({ preset: 'search', of: run.id, nodes: run.nodes.join(',') })
  return (
    <LinkButton variant="primary" href={`/runs/new?${query.toString().replaceAll('%2C', ',')}`}>
      <SearchCheck size={14} aria-hidden="true" /> Find the bad node
    </LinkButton>
  )
}
