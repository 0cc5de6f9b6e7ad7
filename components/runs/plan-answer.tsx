'use client'

import { useState } from 'react'
import { useIsAdmin } from '@/components/shell/session'
import { StateMark } from '@/components/state/state-mark'
import { Button } from '@/components/ui/button'
import type { PlanResponse, RunPlan } from '@/lib/contract/runs'
import { PlanView } from './plan-view'

export interface Confirmed {
  plan: RunPlan
  /** An admin starts it although the guard holds it back. */
  override: boolean
}

export interface PlanAnswerProps {
  answer: PlanResponse
  waiting: boolean
  missing: number
  busy: boolean
  onStart(confirmed: Confirmed): void
}

/** The plan with the button that confirms it, or why there is none. */
export function PlanAnswer({ answer, waiting, missing, busy, onStart }: PlanAnswerProps) {
  const { plan } = answer
  const isAdmin = useIsAdmin()
  const [override, setOverride] = useState(false)
  if (!plan) {
    return (
      <div className="px-4 py-4 text-sm">
        <StateMark state="blocked" strong>
          This run cannot be planned
        </StateMark>
        <p className="mt-1 text-muted">
          {answer.problem ?? (missing > 0 ? `Choose ${missing} more.` : 'The agent gave no reason.')}
        </p>
      </div>
    )
  }
  const held = plan.guard.filter((entry) => !entry.ok)
  const overridable = held.length > 0 && held.every((entry) => entry.overridable)
  const stopped = held.length > 0 && !(override && overridable)
  const overrides = held.length > 0 && !stopped
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 border-b border-line-soft px-4 py-3">
        <Button
          variant={overrides ? 'danger' : 'primary'}
          disabled={busy || waiting || stopped || missing > 0}
          onClick={() => onStart({ plan, override: held.length > 0 })}
          className="min-h-9 px-4 whitespace-normal"
        >
          {busy ? 'Starting…' : `${overrides ? 'Override the guard and start' : 'Start'} ${effect(plan)}`}
        </Button>
        <p role="status" className="text-sm text-muted">
          {waiting
            ? 'Planning…'
            : missing > 0
              ? `Choose ${missing} more.`
              : held.length > 0
                ? 'The guard holds it back, see below.'
                : plan.gpuMinutesMax > 0
                  ? `at most ${plan.gpuMinutesMax} GPU-minutes`
                  : 'takes no GPU'}
        </p>
        {overridable && isAdmin && (
          <label className="flex min-h-6 basis-full items-start gap-2 text-sm">
            <input
              type="checkbox"
              checked={override}
              onChange={(event) => setOverride(event.target.checked)}
              className="mt-0.5 size-4 accent-accent"
            />
            <span>
              Start it all the same: I have read what the guard says.{' '}
              <span className="text-muted">The audit log keeps who overrode what.</span>
            </span>
          </label>
        )}
      </div>
      <PlanView plan={plan} />
    </>
  )
}

/** What the button does: `on dgx030, dgx031 (16 GPUs, ≤ 15 min)`. */
function effect({ kind, nodes, gpusTotal, deadlineSec }: RunPlan): string {
  const gpus = gpusTotal > 0 ? `${gpusTotal} GPUs` : 'no GPU'
  const time = `≤ ${Math.ceil(deadlineSec / 60)} min`
  return `${kind === 'search' ? 'the search ' : ''}on ${names(nodes)} (${gpus}, ${time})`
}

function names(nodes: readonly string[]): string {
  return nodes.length <= 4 ? nodes.join(', ') : `${nodes.slice(0, 3).join(', ')} and ${nodes.length - 3} more`
}
