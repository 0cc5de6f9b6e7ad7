'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import Link from 'next/link'
import { useMemo, useRef } from 'react'
import { byAttention, levelStates } from '@/components/state/shown'
import { StateMark } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import type { FleetNode } from '@/lib/contract/api'
import { LEVELS } from '@/lib/levels'
import { byName } from './group'

export interface NodeTableProps {
  nodes: readonly FleetNode[]
  attributes: readonly string[]
  /** Column, with a leading `-` for descending. */
  sort: string
  onSort(sort: string): void
}

interface Column {
  id: string
  title: string
  width: string
  compare(a: FleetNode, b: FleetNode): number
}

const ROW = 36

function levelNumber(node: FleetNode): number {
  return LEVELS.find((level) => level.id === node.firstBroken)?.number ?? 99
}

const FIXED: readonly Column[] = [
  { id: 'name', title: 'Node', width: 'minmax(7rem,1fr)', compare: (a, b) => byName(a.name, b.name) },
  { id: 'state', title: 'State', width: '6.5rem', compare: (a, b) => byAttention(a.state, b.state) },
  { id: 'level', title: 'Levels 1–10', width: '6.8rem', compare: (a, b) => levelNumber(a) - levelNumber(b) },
  {
    id: 'headline',
    title: 'What is wrong',
    width: 'minmax(14rem,3fr)',
    compare: (a, b) => byName(a.headline, b.headline),
  },
]
const AGE: Column = {
  id: 'age',
  title: 'Read',
  width: '6rem',
  compare: (a, b) => (b.readAt ?? '').localeCompare(a.readAt ?? ''),
}

/** The same nodes as a table: sortable, virtualised, with every attribute. */
export function NodeTable({ nodes, attributes, sort, onSort }: NodeTableProps) {
  const box = useRef<HTMLDivElement>(null)
  const columns = useMemo<readonly Column[]>(
    () => [
      ...FIXED,
      ...attributes.slice(0, 4).map((key) => ({
        id: key,
        title: key,
        width: '7rem',
        compare: (a: FleetNode, b: FleetNode) => byName(a.attributes[key] ?? '', b.attributes[key] ?? ''),
      })),
      AGE,
    ],
    [attributes],
  )
  const down = sort.startsWith('-')
  const by = columns.find((column) => column.id === sort.replace(/^-/, '')) ?? FIXED[0]
  const rows = useMemo(() => {
    const order = [...nodes].sort((a, b) => (by?.compare(a, b) ?? 0) * (down ? -1 : 1) || byName(a.name, b.name))
    return order
  }, [nodes, by, down])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
  })
  const template = { gridTemplateColumns: columns.map((column) => column.width).join(' ') }
  return (
    <div
      ref={box}
      tabIndex={0}
      role="table"
      aria-label="Nodes"
      aria-rowcount={rows.length + 1}
      className="max-h-[70vh] overflow-auto"
    >
      <div className="min-w-[860px]">
        <div role="rowgroup" className="sticky top-0 z-10 bg-surface">
          <div role="row" aria-rowindex={1} className="grid border-b border-line px-3.5" style={template}>
            {columns.map((column) => {
              const on = column === by
              return (
                <div
                  key={column.id}
                  role="columnheader"
                  aria-sort={on ? (down ? 'descending' : 'ascending') : 'none'}
                  className="py-1"
                >
                  <button
                    type="button"
                    onClick={() => onSort(on && !down ? `-${column.id}` : column.id)}
                    className="inline-flex min-h-6 items-center gap-1 text-xs font-medium text-muted hover:text-text"
                  >
                    {column.title}
                    {on &&
                      (down ? <ArrowDown size={12} aria-hidden="true" /> : <ArrowUp size={12} aria-hidden="true" />)}
                  </button>
                </div>
              )
            })}
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const node = rows[item.index]
            return node ? (
              <div
                key={node.name}
                role="row"
                aria-rowindex={item.index + 2}
                className="absolute inset-x-0 grid items-center border-b border-line-soft px-3.5 text-sm hover:bg-line-soft/50"
                style={{ ...template, height: ROW, transform: `translateY(${item.start}px)` }}
              >
                <Cells node={node} attributes={attributes.slice(0, 4)} />
              </div>
            ) : null
          })}
        </div>
      </div>
    </div>
  )
}

function Cells({ node, attributes }: { node: FleetNode; attributes: readonly string[] }) {
  return (
    <>
      <div role="cell" className="truncate font-medium">
        <Link
          href={`/nodes/${encodeURIComponent(node.name)}`}
          prefetch={false}
          className="no-underline hover:underline"
        >
          {node.name}
        </Link>
      </div>
      <div role="cell">
        <StateMark state={node.state} />
      </div>
      <div role="cell">
        <LevelStrip letters={node.levels} />
      </div>
      <div role="cell" className="truncate pr-3 text-muted" title={node.headline}>
        {node.headline}
      </div>
      {attributes.map((key) => (
        <div key={key} role="cell" className="truncate pr-2 font-mono text-xs text-muted">
          {node.attributes[key] ?? '–'}
        </div>
      ))}
      <div role="cell" className="text-xs text-muted">
        {node.readAt ? <Time at={node.readAt} only="age" /> : 'never'}
      </div>
    </>
  )
}

/** Ten levels in ten small bars, bottom to top from the left. */
export function LevelStrip({ letters }: { letters: string }) {
  const states = levelStates(letters)
  const words = LEVELS.map((level, index) => `${level.number} ${states[index] ?? 'unknown'}`).filter(
    (word) => !word.endsWith('pass'),
  )
  return (
    <span className="mini items-center">
      {LEVELS.map((level, index) => (
        <i key={level.id} data-verdict={states[index]} aria-hidden="true" />
      ))}
      <span className="sr-only">{words.length > 0 ? words.join(', ') : 'all OK'}</span>
    </span>
  )
}
