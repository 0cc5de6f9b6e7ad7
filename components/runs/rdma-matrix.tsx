'use client'

import { type KeyboardEvent, useState } from 'react'
import { StateIcon } from '@/components/state/state-mark'
import type { RdmaCell, RdmaTest, Run } from '@/lib/contract/runs'
import { RDMA_SHOWN, RdmaCellButton } from './rdma-cell'
import { RdmaCellDetail } from './rdma-cell-detail'
import { cellKey, RDMA_TESTS, railTitle } from './rdma-words'

const STEPS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** Results of an RDMA run: a line a pair, a column a rail, one table a test. A cell opens what its tools printed. */
export function RdmaMatrix({ run }: { run: Run }) {
  const matrix = run.matrix
  const [wanted, setWanted] = useState<RdmaTest | null>(null)
  const [open, setOpen] = useState<string | null>(null)
  if (!matrix) return null
  const test = wanted ?? worstTest(matrix.tests, matrix.cells) ?? matrix.tests[0]
  const cells = matrix.cells.filter((cell) => cell.test === test)
  const selected = cells.find((cell) => cellKey(cell) === open) ?? null
  return (
    <section aria-labelledby="matrix-title" className="panel overflow-hidden">
      <div className="panel-head">
        <h2 id="matrix-title" className="text-base font-semibold">
          Pairs by rail
        </h2>
        <span className="text-sm text-muted">{test ? RDMA_TESTS[test].unit : ''}</span>
        <span className="flex-1" />
        <fieldset className="flex flex-wrap gap-1">
          <legend className="sr-only">Test</legend>
          {matrix.tests.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === test}
              onClick={() => setWanted(each)}
              data-verdict={RDMA_SHOWN[worst(matrix.cells.filter((cell) => cell.test === each))]}
              className="flex min-h-7 items-center gap-1.5 rounded-md border border-line px-2 text-xs aria-pressed:border-accent aria-pressed:font-semibold"
            >
              <span className="text-state">
                <StateIcon state={RDMA_SHOWN[worst(matrix.cells.filter((cell) => cell.test === each))]} size={12} />
              </span>
              {RDMA_TESTS[each].title}
            </button>
          ))}
        </fieldset>
      </div>
      {cells.length === 0 ? (
        <p className="px-3.5 py-8 text-center text-sm text-muted">Rails are known once the pods have reported them.</p>
      ) : (
        <Grid rails={matrix.rails} cells={cells} selected={selected} onOpen={(cell) => setOpen(cellKey(cell))} />
      )}
      {selected && <RdmaCellDetail run={run} cell={selected} />}
    </section>
  )
}

interface GridProps {
  rails: readonly string[]
  cells: readonly RdmaCell[]
  selected: RdmaCell | null
  onOpen(cell: RdmaCell): void
}

function Grid({ rails, cells, selected, onOpen }: GridProps) {
  const pairs = [...new Map(cells.map((cell) => [`${cell.from} ${cell.to}`, cell])).values()]
  const at = new Map(cells.map((cell) => [cellKey(cell), cell]))
  const [focus, setFocus] = useState<readonly [row: number, column: number]>([0, 0])
  const scale = Math.max(...cells.map((cell) => cell.bandwidthGbps ?? cell.latencyUsec ?? 0))
  const move = (event: KeyboardEvent<HTMLTableElement>) => {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    const row = Math.min(Math.max(focus[0] + step[0], 0), pairs.length - 1)
    const column = Math.min(Math.max(focus[1] + step[1], 0), rails.length - 1)
    setFocus([row, column])
    event.currentTarget.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`)?.focus()
  }
  return (
    <div tabIndex={0} role="region" aria-label="Results by pair and rail" className="max-h-[32rem] overflow-auto p-2">
      <table onKeyDown={move} className="w-full border-separate border-spacing-1 text-xs whitespace-nowrap">
        <caption className="sr-only">Arrow keys move between cells; Enter shows what the tools printed.</caption>
        <thead>
          <tr>
            <th scope="col" className="sticky left-0 z-10 bg-surface pr-2 text-left font-normal text-muted">
              From → to
            </th>
            {rails.map((rail) => (
              <th
                key={rail}
                scope="col"
                title={rail}
                className="text-left font-mono text-[0.68rem] font-normal text-muted"
              >
                {railTitle(rail)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ from, to, test }, row) => (
            <tr key={`${from} ${to}`}>
              <th scope="row" className="sticky left-0 z-10 bg-surface pr-2 text-left font-mono font-normal">
                {from} → {to}
              </th>
              {rails.map((rail, column) => {
                const cell = at.get(cellKey({ test, from, to, rail: column }))
                return (
                  <td key={rail} className="p-0">
                    {cell && (
                      <RdmaCellButton
                        cell={cell}
                        rail={railTitle(rail)}
                        place={`${row}:${column}`}
                        isStop={focus[0] === row && focus[1] === column}
                        isOpen={cell === selected}
                        scale={scale}
                        onOpen={() => {
                          setFocus([row, column])
                          onOpen(cell)
                        }}
                      />
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const ORDER: readonly RdmaCell['status'][] = ['fail', 'unknown', 'warn', 'running', 'waiting', 'pass']

function worst(cells: readonly RdmaCell[]): RdmaCell['status'] {
  return ORDER.find((status) => cells.some((cell) => cell.status === status)) ?? 'unknown'
}

/** The first test that failed: what one wants to see first. */
function worstTest(tests: readonly RdmaTest[], cells: readonly RdmaCell[]): RdmaTest | undefined {
  return tests.find((test) => cells.some((cell) => cell.test === test && cell.status === 'fail'))
}
