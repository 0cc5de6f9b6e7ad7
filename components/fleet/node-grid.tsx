'use client'

import { useRouter } from 'next/navigation'
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useRef, useState } from 'react'
import { WORD } from '@/components/state/shown'
import { useNow } from '@/components/time/now'
import type { FleetNode } from '@/lib/contract/api'
import type { ShownState } from '@/lib/verdict'
import { describe, type Group, tileOf } from './group'
import { nextTile } from './roving'

export interface NodeGridProps {
  groups: readonly Group[]
  fill: string
}

/** One tile per node. One tab stop; arrows move, Enter opens. */
export function NodeGrid({ groups, fill }: NodeGridProps) {
  const router = useRouter()
  const root = useRef<HTMLElement>(null)
  const now = useNow()
  // Ages are shown in minutes: the grid need not repaint more often.
  const minute = fill === 'age' ? Math.floor(now / 60_000) * 60_000 : 0
  const [pointed, setPointed] = useState<string | null>(null)
  const first = groups[0]?.nodes[0]?.name

  // Roving tab stop by hand: thousands of tiles should not render for one key.
  useEffect(() => {
    const grid = root.current
    if (grid && first !== undefined && !grid.querySelector('.tile[tabindex="0"]'))
      grid.querySelector('.tile')?.setAttribute('tabindex', '0')
  }, [first])
  const tileAt = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLAnchorElement>('.tile') : null
  const onKeyDown = (event: KeyboardEvent) => {
    const here = tileAt(event.target)
    const next = here && root.current ? nextTile(root.current, here, event.key) : null
    if (!next || !here) return
    event.preventDefault()
    here.tabIndex = -1
    next.tabIndex = 0
    next.focus()
  }
  const onClick = (event: MouseEvent) => {
    const tile = tileAt(event.target)
    if (!tile || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    router.push(tile.pathname + tile.search)
  }
  return (
    <section
      ref={root}
      aria-label="Grid of nodes: arrow keys move, Enter opens"
      onKeyDown={onKeyDown}
      onClick={onClick}
      onPointerOver={(event) => setPointed(tileAt(event.target)?.dataset.about ?? null)}
      onPointerLeave={() => setPointed(null)}
      onFocus={(event) => setPointed(tileAt(event.target)?.dataset.about ?? null)}
      onBlur={() => setPointed(null)}
    >
      <div className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,216px),1fr))] gap-x-5 gap-y-3.5 p-3.5">
        {groups.map((group) => (
          <GroupOfTiles key={group.key} group={group} fill={fill} now={minute} wide={groups.length === 1} />
        ))}
      </div>
      <Footer pointed={pointed} fill={fill} />
    </section>
  )
}

interface GroupProps {
  group: Group
  fill: string
  now: number
  wide: boolean
}

const GroupOfTiles = memo(
  function GroupOfTiles({ group, fill, now, wide }: GroupProps) {
    const big = wide || group.nodes.length > 64
    return (
      <div className={`tile-group ${big ? 'col-span-full' : ''}`}>
        {group.title !== '' && (
          <h3 className="mb-1.5 flex justify-between gap-2 text-xs font-medium text-muted">
            <span>{group.title}</span>
            <span className="tabular-nums">
              {group.problems > 0 ? `${group.problems} of ${group.nodes.length}` : ''}
            </span>
          </h3>
        )}
        <div className="tiles">
          {group.nodes.map((node) => (
            <Tile key={node.name} node={node} fill={fill} now={now} />
          ))}
        </div>
      </div>
    )
  },
  (a, b) => a.fill === b.fill && a.now === b.now && a.wide === b.wide && sameGroup(a.group, b.group),
)

function sameGroup(a: Group, b: Group): boolean {
  return (
    a.title === b.title && a.nodes.length === b.nodes.length && a.nodes.every((node, index) => node === b.nodes[index])
  )
}

function Tile({ node, fill, now }: { node: FleetNode; fill: string; now: number }) {
  const { state, sign } = tileOf(node, fill, now)
  const about = describe(node)
  return (
    <a
      href={`/nodes/${encodeURIComponent(node.name)}`}
      className="tile"
      tabIndex={-1}
      data-verdict={state}
      data-stale={node.stale || undefined}
      data-about={about}
      aria-label={about}
    >
      {sign}
    </a>
  )
}

const LEGEND: readonly (readonly [ShownState, string, string])[] = [
  ['pass', '', WORD.pass],
  ['warn', '!', WORD.warn],
  ['fail', '3', 'Failed, at level 3'],
  ['blocked', '‖', 'Blocked by a cluster cause'],
  ['unknown', '?', WORD.unknown],
]

/** Legend; while a tile is pointed at or focused, its sentence. */
function Footer({ pointed, fill }: { pointed: string | null; fill: string }) {
  return (
    <div className="sticky bottom-0 rounded-b-lg border-t border-line-soft bg-surface px-3.5 py-2 text-xs text-muted">
      {pointed ? (
        <p aria-hidden="true" className="flex min-h-6 items-center truncate text-sm text-text">
          {pointed}
        </p>
      ) : (
        <ul className="flex min-h-6 flex-wrap items-center gap-x-4 gap-y-1">
          {LEGEND.map(([state, sign, word]) => (
            <li key={state} className="flex items-center gap-1.5">
              <span aria-hidden="true" className="tile !size-5" data-verdict={state}>
                {state === 'fail' && fill !== 'first' ? '×' : sign}
              </span>
              {state === 'fail' && fill !== 'first' ? WORD.fail : word}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
