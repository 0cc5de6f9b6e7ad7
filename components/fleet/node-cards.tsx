import Link from 'next/link'
import { levelName, WORD } from '@/components/state/shown'
import { StateMark } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import type { FleetNode } from '@/lib/contract/api'
import type { Group } from './group'
import { MiniPyramid } from './mini-pyramid'

/** A small fleet: one card a node, with what is wrong in words. */
export function NodeCards({ groups }: { groups: readonly Group[] }) {
  return (
    <div className="flex flex-col gap-4 p-3.5">
      {groups.map((group) => (
        <section key={group.key} aria-label={group.title || 'All nodes'}>
          {group.title !== '' && <h3 className="mb-1.5 text-xs font-medium text-muted">{group.title}</h3>}
          <ul className="grid gap-3 sm:grid-cols-2">
            {group.nodes.map((node) => (
              <Card key={node.name} node={node} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Card({ node }: { node: FleetNode }) {
  const broken = node.state === 'fail' && node.firstBroken ? levelName(node.firstBroken) : null
  return (
    <li
      data-verdict={node.state}
      className={`relative grid grid-cols-[minmax(0,1fr)_5.5rem] gap-x-4 rounded-lg border bg-bg px-3.5 py-3 hover:border-faint ${node.state === 'pass' ? 'border-line' : 'border-state/50'}`}
    >
      <div className="min-w-0">
        <h4 className="text-base font-semibold">
          <Link
            href={`/nodes/${encodeURIComponent(node.name)}`}
            prefetch={false}
            className="no-underline after:absolute after:inset-0 after:rounded-lg"
          >
            {node.name}
          </Link>
        </h4>
        <p className="mt-0.5 text-sm font-medium">
          <StateMark state={node.state}>
            {broken ? `Failed at level ${broken.number}, ${broken.title}` : WORD[node.state]}
          </StateMark>
        </p>
        <p className="mt-1 line-clamp-3 text-sm text-muted" title={node.headline}>
          {node.headline}
        </p>
        <p className="mt-1.5 text-xs text-faint">
          {node.readAt ? (
            <>
              read <Time at={node.readAt} only="age" />
            </>
          ) : (
            'never read'
          )}
          {node.stale && ', from before the last start'}
        </p>
      </div>
      <MiniPyramid letters={node.levels} />
    </li>
  )
}
