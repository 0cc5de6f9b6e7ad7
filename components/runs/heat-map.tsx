'use client'

import { type KeyboardEvent, useRef, useState } from 'react'
import { StateIcon } from '@/components/state/state-mark'
import type { RunSearch } from '@/lib/contract/runs'
import { cellOf, runsOfNodes, type SearchCell, type SearchRun } from './search-cells'

export interface HeatMapProps {
  nodes: readonly string[]
  runs: readonly SearchRun[]
  suspects: RunSearch['suspects']
}

const STEPS: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
}

/** Node by node: what each pair reached, on the diagonal each node alone. Colour, shape and number say the same; arrows walk it. */
export function HeatMap({ nodes, runs, suspects }: HeatMapProps) {
  const [at, setAt] = useState<readonly [number, number]>([0, 0])
  const table = useRef<HTMLTableElement>(null)
  const named = new Set(suspects.map((suspect) => suspect.node))
  const cell = (row: number, column: number): SearchCell | null => {
    const pair = row === column ? [nodes[row] ?? ''] : [nodes[row] ?? '', nodes[column] ?? '']
    return cellOf(runsOfNodes(runs, pair))
  }
  const walk = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    const within = (value: number) => Math.min(nodes.length - 1, Math.max(0, value))
    const next = [within(at[0] + step[0]), within(at[1] + step[1])] as const
    setAt(next)
    table.current?.querySelector<HTMLElement>(`[data-at="${next.join(' ')}"]`)?.focus()
  }
  const [row, column] = at
  const shown = cell(row, column)
  const title = row === column ? `${nodes[row]} alone` : `${nodes[row]} with ${nodes[column]}`
  return (
    <section aria-labelledby="heat-map" className="panel">
      <div className="panel-head">
        <h2 id="heat-map" className="text-base font-semibold">
          Pairs
        </h2>
        <span className="text-sm text-muted">GB/s; on the diagonal each node alone</span>
      </div>
      <div className="overflow-x-auto px-3.5 py-3">
        <table ref={table} aria-labelledby="heat-map" className="border-separate border-spacing-1 text-xs">
          <thead>
            <tr>
              <td />
              {nodes.map((node) => (
                <th key={node} scope="col" className="px-1 text-left align-bottom font-mono font-normal text-muted">
                  {node}
                </th>
              ))}
            </tr>
          </thead>
          <tbody onKeyDown={walk}>
            {nodes.map((node, down) => (
              <tr key={node}>
                <th scope="row" className="pr-2 text-left font-mono font-normal whitespace-nowrap text-muted">
                  {node}
                  {named.has(node) && <span className="text-fail"> suspect</span>}
                </th>
                {nodes.map((other, right) => {
                  const isHere = down === row && right === column
                  return (
                    <HeatCell
                      key={other}
                      cell={cell(down, right)}
                      label={down === right ? `${node} alone` : `${node} with ${other}`}
                      place={`${down} ${right}`}
                      isHere={isHere}
                      onChoose={() => setAt([down, right])}
                    />
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p role="status" className="border-t border-line-soft px-3.5 py-2 text-sm">
        <b className="font-medium">{title}</b>: {shown?.words ?? 'not run'}
      </p>
    </section>
  )
}

interface HeatCellProps {
  cell: SearchCell | null
  label: string
  place: string
  isHere: boolean
  onChoose(): void
}

function HeatCell({ cell, label, place, isHere, onChoose }: HeatCellProps) {
  return (
    <td>
      <button
        type="button"
        data-at={place}
        data-verdict={cell?.state}
        tabIndex={isHere ? 0 : -1}
        aria-label={`${label}: ${cell?.words ?? 'not run'}`}
        title={`${label}: ${cell?.words ?? 'not run'}`}
        onClick={onChoose}
        onFocus={onChoose}
        className={`flex h-9 w-full min-w-16 items-center gap-1 rounded-md border px-1.5 font-mono ${cell ? 'border-state/40 bg-state-bg text-text' : 'border-dashed border-line text-faint'}`}
      >
        {cell ? (
          <>
            <span className="text-state">
              <StateIcon state={cell.state} size={12} />
            </span>
            {cell.value === null ? (cell.state === 'fail' ? 'failed' : '–') : Math.round(cell.value)}
          </>
        ) : (
          '·'
        )}
      </button>
    </td>
  )
}
