import { useQuery } from '@tanstack/react-query'
import { ActivitySquare } from 'lucide-react'
import { LinkButton } from '@/components/ui/button'
import type { FleetNode } from '@/lib/contract/api'
import { queries } from '@/lib/contract/queries'

/** More shown nodes than this are no choice yet: the next page asks which. */
const MOST_CHOSEN = 8

/** Plans a run over the nodes that are shown, as far as they are few and not broken. */
export function RunLink({ nodes }: { nodes: readonly Pick<FleetNode, 'name' | 'state'>[] }) {
  const enabled = useQuery({ ...queries.runs(), select: (runs) => runs.enabled })
  if (enabled.data === false) return null
  const fit = nodes.filter((node) => node.state === 'pass' || node.state === 'warn').map((node) => node.name)
  const chosen = fit.length <= MOST_CHOSEN ? fit : []
  return (
    <LinkButton href={`/runs/new${chosen.length > 0 ? `?nodes=${chosen.map(encodeURIComponent).join(',')}` : ''}`}>
      <ActivitySquare size={14} aria-hidden="true" /> Run NCCL
    </LinkButton>
  )
}
