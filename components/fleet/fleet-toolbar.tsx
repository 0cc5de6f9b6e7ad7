'use client'

import { Grid3x3, LayoutGrid, Rows3, Search, X } from 'lucide-react'
import { type ReactNode, type RefObject, useEffect, useId, useState } from 'react'
import type { FleetNode } from '@/lib/contract/api'
import { LEVELS } from '@/lib/levels'
import { RunLink } from './run-link'
import type { FleetView, ListKind, useFleetView } from './view'

export interface FleetToolbarProps {
  view: FleetView
  setView: ReturnType<typeof useFleetView>[1]
  /** Ways to list that are offered, and the one shown. */
  kinds: readonly ListKind[]
  kind: ListKind
  attributes: readonly string[]
  by: string
  problems: readonly string[]
  box: RefObject<HTMLInputElement | null>
  /** Nodes that are shown. */
  nodes: readonly FleetNode[]
}

const ICON: Readonly<Record<ListKind, typeof Rows3>> = { cards: LayoutGrid, grid: Grid3x3, table: Rows3 }

/** Filter, grouping and filling of the node grid. */
export function FleetToolbar({ view, setView, kinds, kind, attributes, by, problems, box, nodes }: FleetToolbarProps) {
  return (
    <div className="border-b border-line-soft px-3.5 py-2.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 className="text-base font-semibold">Nodes</h2>
        <FilterBox
          value={view.q}
          onChange={(q) => void setView({ q })}
          box={box}
          invalid={problems.length > 0}
          attributes={attributes}
        />
        <label className="flex min-h-7 items-center gap-1.5 text-sm text-muted">
          <input
            type="checkbox"
            checked={view.problems}
            onChange={(event) => void setView({ problems: event.target.checked }, { history: 'push' })}
            className="size-4 accent-accent"
          />
          Problems only
        </label>
        <span className="flex-1" />
        <RunLink nodes={nodes} />
      </div>
      {problems.map((problem) => (
        <p key={problem} id="filter-problem" role="alert" className="mt-1.5 text-xs text-warn">
          {problem}
        </p>
      ))}
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-2">
        <Choice label="Group by" value={by} onChange={(group) => void setView({ group }, { history: 'push' })}>
          {attributes.map((key) => (
            <option key={key}>{key}</option>
          ))}
          <option value="cause">cause</option>
          <option value="level">first broken level</option>
          <option value="state">state</option>
          <option value="none">nothing</option>
        </Choice>
        {kind === 'grid' && (
          <Choice label="Show" value={view.fill} onChange={(fill) => void setView({ fill }, { history: 'push' })}>
            <option value="first">first broken level</option>
            <option value="age">minutes since read</option>
            {LEVELS.map((level) => (
              <option key={level.id} value={level.id}>
                {level.number} {level.title}
              </option>
            ))}
          </Choice>
        )}
        <span className="flex-1" />
        <fieldset aria-label="View" className="flex rounded-md border border-line p-0.5">
          {kinds.map((each) => {
            const Icon = ICON[each]
            return (
              <button
                key={each}
                type="button"
                aria-pressed={kind === each}
                onClick={() => void setView({ view: each === kinds[0] ? null : each }, { history: 'push' })}
                className="flex min-h-6 items-center gap-1.5 rounded px-2 text-xs text-muted capitalize aria-pressed:bg-line-soft aria-pressed:text-text"
              >
                <Icon size={13} aria-hidden="true" />
                {each}
              </button>
            )
          })}
        </fieldset>
      </div>
    </div>
  )
}

interface FilterBoxProps {
  value: string
  onChange(value: string): void
  box: RefObject<HTMLInputElement | null>
  invalid: boolean
  attributes: readonly string[]
}

/** The filter; typing shows at once, the URL follows. */
function FilterBox({ value, onChange, box, invalid, attributes }: FilterBoxProps) {
  const [text, setText] = useState(value)
  const list = useId()
  useEffect(() => setText(value), [value])
  const change = (next: string) => {
    setText(next)
    onChange(next)
  }
  const words = [
    'state:fail',
    'state:unknown',
    'state:blocked',
    'is:stale',
    ...LEVELS.map((level) => `level:${level.id}`),
    ...attributes.map((key) => `${key}:`),
  ]
  return (
    <div className="relative min-w-52 flex-1">
      <Search size={14} aria-hidden="true" className="absolute top-2 left-2.5 text-faint" />
      <input
        ref={box}
        type="text"
        aria-label="Filter nodes"
        aria-invalid={invalid}
        aria-describedby={invalid ? 'filter-problem' : undefined}
        list={list}
        value={text}
        onChange={(event) => change(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        placeholder="state:fail level:vfs rack:A* dgx03"
        spellCheck={false}
        autoComplete="off"
        className="h-8 w-full rounded-md border border-line bg-bg pr-8 pl-8 font-mono text-xs placeholder:text-faint"
      />
      <datalist id={list}>
        {words.map((word) => (
          <option key={word} value={word} />
        ))}
      </datalist>
      {text && (
        <button
          type="button"
          aria-label="Clear the filter"
          onClick={() => change('')}
          className="absolute top-1 right-1 grid size-6 place-items-center rounded text-muted hover:bg-line-soft"
        >
          <X size={13} aria-hidden="true" />
        </button>
      )}
    </div>
  )
}

function Choice({
  label,
  value,
  onChange,
  children,
}: {
  label: string
  value: string
  onChange(value: string): void
  children: ReactNode
}) {
  return (
    <label className="flex items-center gap-1.5 text-sm text-muted">
      {label}
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-7 max-w-44 rounded-md border border-line bg-raised px-1.5 text-sm text-text"
      >
        {children}
      </select>
    </label>
  )
}
