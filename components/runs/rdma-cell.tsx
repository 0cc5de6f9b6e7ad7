import { WORD } from '@/components/state/shown'
import { StateIcon } from '@/components/state/state-mark'
import type { RdmaCell } from '@/lib/contract/runs'
import type { ShownState } from '@/lib/verdict'
import { cellValue } from './rdma-words'

/** A cell's state as pages show it. */
export const RDMA_SHOWN: Readonly<Record<RdmaCell['status'], ShownState>> = {
  pass: 'pass',
  warn: 'warn',
  fail: 'fail',
  unknown: 'unknown',
  running: 'running',
  waiting: 'not-proved',
}
/** Told apart without colour too: pattern, border and shape. */
const LOOK: Readonly<Record<RdmaCell['status'], string>> = {
  pass: 'border-line bg-surface',
  warn: 'border-state/60 bg-state-bg pattern-hatch',
  fail: 'border-2 border-state bg-state-bg font-semibold',
  unknown: 'border-dashed border-state/60 pattern-stripe',
  running: 'border-state/60 bg-surface',
  waiting: 'border-dotted border-line text-muted',
}
export interface CellProps {
  cell: RdmaCell
  rail: string
  place: string
  /** The one cell that Tab leads to. */
  isStop: boolean
  isOpen: boolean
  /** Largest value of the test. */
  scale: number
  onOpen(): void
}

/** One pair on one rail: shape, pattern and number, and a bar against the best of the test. */
export function RdmaCellButton({ cell, rail, place, isStop, isOpen, scale, onOpen }: CellProps) {
  const state = RDMA_SHOWN[cell.status]
  const value = cell.bandwidthGbps ?? cell.latencyUsec
  const word = cell.status === 'waiting' ? 'Waiting' : WORD[state]
  return (
    <button
      type="button"
      data-cell={place}
      data-verdict={state}
      tabIndex={isStop ? 0 : -1}
      aria-pressed={isOpen}
      aria-label={`${word}: ${cell.from} to ${cell.to}, rail ${rail}: ${cell.summary}`}
      title={cell.summary}
      onClick={onOpen}
      className={`relative flex h-8 w-full min-w-[3.9rem] items-center gap-1.5 rounded-md border px-1.5 font-mono aria-pressed:outline-2 aria-pressed:outline-accent ${LOOK[cell.status]}`}
    >
      <span className="text-state">
        <StateIcon state={state} size={12} />
      </span>
      <span>{cellValue(cell)}</span>
      {value !== null && scale > 0 && (
        <span aria-hidden="true" className="absolute inset-x-1.5 bottom-0.5 h-0.5 rounded bg-line-soft">
          <span className="block h-full rounded bg-state" style={{ width: `${Math.round((value / scale) * 100)}%` }} />
        </span>
      )}
    </button>
  )
}
