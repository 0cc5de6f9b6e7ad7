'use client'

import { useMutation } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useMayOperate } from '@/components/shell/session'
import { WORD } from '@/components/state/shown'
import { StateIcon } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import { Button } from '@/components/ui/button'
import { toast } from '@/components/ui/toast'
import type { Fleet } from '@/lib/contract/api'
import { api } from '@/lib/contract/client'
import { withWord } from './search'
import type { FleetView, useFleetView } from './view'

const STATES = ['fail', 'blocked', 'unknown', 'warn', 'pass'] as const

export interface CountersProps {
  fleet: Fleet
  view: FleetView
  setView: ReturnType<typeof useFleetView>[1]
}

/** How many nodes are in each state. They add up to all nodes, and each filters to exactly its own. */
export function Counters({ fleet, view, setView }: CountersProps) {
  const { counts } = fleet
  const chosen = STATES.find((state) => view.q.split(/\s+/).includes(`state:${state}`)) ?? null
  const choose = (state: string | null) =>
    void setView({ q: withWord(view.q, 'state', state), problems: null }, { history: 'push' })
  return (
    <div className="mb-3.5 flex flex-wrap items-center gap-x-1 gap-y-2">
      <fieldset className="flex flex-wrap items-baseline gap-x-1" aria-label="Nodes by state">
        <Count
          number={counts.total}
          word={counts.total === 1 ? 'node' : 'nodes'}
          on={chosen === null}
          onClick={() => choose(null)}
        />
        {STATES.filter((state) => counts[state] > 0 || state === 'pass' || state === 'fail').map((state) => (
          <Count
            key={state}
            number={counts[state]}
            word={WORD[state]}
            state={state}
            on={chosen === state}
            onClick={() => choose(chosen === state ? null : state)}
          />
        ))}
      </fieldset>
      <span className="flex-1" />
      <span className="text-sm text-muted">
        as of <Time at={fleet.at} />
      </span>
      <VerifyAll />
    </div>
  )
}

interface CountProps {
  number: number
  word: string
  state?: (typeof STATES)[number]
  on: boolean
  onClick(): void
}

function Count({ number, word, state, on, onClick }: CountProps) {
  return (
    <button
      type="button"
      data-verdict={state}
      aria-pressed={on}
      onClick={onClick}
      className="flex items-baseline gap-1.5 rounded-md border border-transparent px-2.5 py-1 hover:bg-line-soft aria-pressed:border-line aria-pressed:bg-surface"
    >
      <span
        className={`text-[1.4rem] leading-7 font-semibold tracking-tight tabular-nums ${state && number > 0 ? 'text-state' : 'text-text'}`}
      >
        {number.toLocaleString('en')}
      </span>
      {state && (
        <span className={`self-center ${number > 0 ? 'text-state' : 'text-faint'}`}>
          <StateIcon state={state} size={13} />
        </span>
      )}
      <span className="text-sm text-muted">{word}</span>
    </button>
  )
}

function VerifyAll() {
  const may = useMayOperate()
  const sweep = useMutation({
    mutationFn: () => api.call('sweep'),
    onSuccess: ({ total }) => toast(`Reading ${total} nodes again`),
  })
  return (
    <Button
      disabled={sweep.isPending || !may}
      onClick={() => sweep.mutate()}
      title={may ? undefined : 'Needs the operator role'}
      className="ml-2"
    >
      <RotateCw size={14} aria-hidden="true" /> Verify all
    </Button>
  )
}
