import type { ReactNode } from 'react'
import type { ShownState } from '@/lib/verdict'
import { WORD } from './shown'

const stroke = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.6,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const

/** One outline per state, told apart by shape alone: disc, triangle, octagon, dashed disc, pause, ring, dash, dotted disc. */
const SHAPES: Readonly<Record<ShownState, ReactNode>> = {
  pass: (
    <g {...stroke}>
      <circle cx="8" cy="8" r="6.4" />
      <path d="m5.2 8.2 2 2 3.6-4.2" />
    </g>
  ),
  warn: (
    <g {...stroke}>
      <path d="M8 1.9 14.6 13.6H1.4Z" />
      <path d="M8 6.2v3.2M8 11.5v.1" />
    </g>
  ),
  fail: (
    <g>
      <path fill="currentColor" d="M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2Z" />
      <path
        d="m5.7 5.7 4.6 4.6m0-4.6-4.6 4.6"
        fill="none"
        stroke="var(--surface)"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
    </g>
  ),
  unknown: (
    <g {...stroke}>
      <circle cx="8" cy="8" r="6.4" strokeDasharray="2.6 2.4" />
      <path d="M6.3 6.4a1.8 1.8 0 1 1 2.5 1.7c-.5.2-.8.5-.8 1M8 11.3v.1" />
    </g>
  ),
  blocked: (
    <g {...stroke}>
      <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="3" />
      <path d="M6.2 5.6v4.8M9.8 5.6v4.8" />
    </g>
  ),
  running: (
    <g {...stroke} className="motion-turn">
      <circle cx="8" cy="8" r="6.2" opacity=".3" />
      <path d="M8 1.8A6.2 6.2 0 0 1 14.2 8" strokeWidth="2.2" />
    </g>
  ),
  'not-applicable': (
    <g {...stroke}>
      <path d="M4 8h8" strokeWidth="2" />
    </g>
  ),
  'not-proved': (
    <g {...stroke}>
      <circle cx="8" cy="8" r="5.8" strokeDasharray=".1 3.2" strokeWidth="2" />
    </g>
  ),
}

/** The shape of a state. Decoration: the word stands beside it, or `StateMark` says it. */
export function StateIcon({ state, size = 15 }: { state: ShownState; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" className="shrink-0">
      {SHAPES[state]}
    </svg>
  )
}

/** Shape and word of a state, in its colour. */
export function StateMark({
  state,
  children,
  strong = false,
}: {
  state: ShownState
  children?: ReactNode
  strong?: boolean
}) {
  return (
    <span
      data-verdict={state}
      className={`inline-flex items-center gap-1.5 text-state ${strong ? 'font-semibold' : ''}`}
    >
      <StateIcon state={state} />
      <span>{children ?? WORD[state]}</span>
    </span>
  )
}
