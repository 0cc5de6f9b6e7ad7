'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useState } from 'react'
import { useIsAdmin } from '@/components/shell/session'
import { StateMark } from '@/components/state/state-mark'
import { Button } from '@/components/ui/button'
import { PageHead } from '@/components/ui/page-head'
import { Panel } from '@/components/ui/panel-state'
import { api } from '@/lib/contract/client'
import { queries } from '@/lib/contract/queries'
import type { PlanResponse, RunPlan } from '@/lib/contract/runs'
import { NodePicker } from './node-picker'
import { PlanView } from './plan-view'

const PRESETS = [
  { id: 'nccl-1-node', title: 'One node', text: 'NVLink and PCIe inside it', least: 1 },
  { id: 'nccl-2-nodes', title: 'Two nodes', text: 'the fabric between them', least: 2 },
  { id: 'nccl-n-nodes', title: 'More nodes', text: 'a rack or a job’s worth', least: 3 },
] as const
const IDS = ['nccl-1-node', 'nccl-2-nodes', 'nccl-n-nodes'] as const

/** The preset that fits a number of nodes. */
function fitting(count: number): (typeof IDS)[number] {
  return count > 2 ? 'nccl-n-nodes' : count === 2 ? 'nccl-2-nodes' : 'nccl-1-node'
}

/** Plans a run: nodes, guard, the exact manifest; starts it when a person confirms. */
export function NewRunPage() {
  const router = useRouter()
  const [view, setView] = useQueryStates(
    { nodes: parseAsArrayOf(parseAsString).withDefault([]), preset: parseAsStringLiteral(IDS) },
    { history: 'replace' },
  )
  const preset = view.preset ?? fitting(view.nodes.length)
  const least = PRESETS.find((entry) => entry.id === preset)?.least ?? 1
  const enough = view.nodes.length >= least
  const plan = useQuery({ ...queries.planRun({ preset, nodes: view.nodes }), enabled: view.nodes.length > 0 })
  const start = useMutation({
    mutationFn: ({ plan: confirmed, override }: Confirmed) =>
      api.call('startRun', {
        body: { planId: confirmed.planId, hash: confirmed.hash, ...(override ? { override } : {}) },
      }),
    onSuccess: (run) => router.push(`/runs/${encodeURIComponent(run.id)}`),
    // A plan is confirmed once; after a refusal only a new one can be.
    onError: () => void plan.refetch(),
  })
  const choose = (nodes: string[]) => void setView({ nodes, preset: fitting(nodes.length) })
  return (
    <>
      <PageHead
        title="New NCCL run"
        up={{ href: '/runs', title: 'Runs' }}
        note="nothing is created until you confirm"
      />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
        <div className="flex flex-col gap-4">
          <fieldset className="panel p-3.5">
            <legend className="sr-only">What to measure</legend>
            <div className="grid gap-2 sm:grid-cols-3">
              {PRESETS.map((entry) => (
                <label
                  key={entry.id}
                  className="flex cursor-pointer items-start gap-2 rounded-md border border-line px-2.5 py-2 has-checked:border-accent has-checked:bg-running-bg"
                >
                  <input
                    type="radio"
                    name="preset"
                    checked={preset === entry.id}
                    onChange={() => void setView({ preset: entry.id })}
                    className="mt-0.5 size-4 accent-accent"
                  />
                  <span className="text-sm">
                    <span className="block font-medium">{entry.title}</span>
                    <span className="text-xs text-muted">{entry.text}</span>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
          <NodePicker chosen={view.nodes} onChange={choose} candidates={plan.data?.candidates ?? []} />
        </div>
        <section aria-label="Plan" className="panel">
          {view.nodes.length === 0 ? (
            <p className="px-4 py-5 text-sm text-muted">Choose nodes to see what would be applied.</p>
          ) : (
            <Panel query={plan} what="the plan">
              {(answer) => (
                <Answer
                  answer={answer}
                  waiting={plan.isFetching}
                  missing={enough ? 0 : least - view.nodes.length}
                  busy={start.isPending || start.isSuccess}
                  onStart={(confirmed) => start.mutate(confirmed)}
                  key={answer.plan?.hash}
                />
              )}
            </Panel>
          )}
        </section>
      </div>
    </>
  )
}

interface Confirmed {
  plan: RunPlan
  /** An admin starts it although the guard holds it back. */
  override: boolean
}

interface AnswerProps {
  answer: PlanResponse
  waiting: boolean
  missing: number
  busy: boolean
  onStart(confirmed: Confirmed): void
}

function Answer({ answer, waiting, missing, busy, onStart }: AnswerProps) {
  const { plan } = answer
  const isAdmin = useIsAdmin()
  const [override, setOverride] = useState(false)
  const held = plan ? plan.guard.filter((entry) => !entry.ok) : []
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
  const overridable = held.length > 0 && held.every((entry) => entry.overridable)
  const stopped = held.length > 0 && !(override && overridable)
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 border-b border-line-soft px-4 py-3">
        <Button
          variant={held.length > 0 && !stopped ? 'danger' : 'primary'}
          disabled={busy || waiting || stopped || missing > 0}
          onClick={() => onStart({ plan, override: held.length > 0 })}
          className="min-h-9 px-4 whitespace-normal"
        >
          {busy
            ? 'Starting…'
            : `${held.length > 0 && !stopped ? 'Override the guard and start' : 'Start'} on ${names(plan.nodes)} (${plan.gpusTotal} GPUs, ≤ ${Math.ceil(plan.deadlineSec / 60)} min)`}
        </Button>
        <p role="status" className="text-sm text-muted">
          {waiting
            ? 'Planning…'
            : missing > 0
              ? `Choose ${missing} more.`
              : held.length > 0
                ? 'The guard holds it back, see below.'
                : `at most ${plan.gpuMinutesMax} GPU-minutes`}
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

function names(nodes: readonly string[]): string {
  return nodes.length <= 4 ? nodes.join(', ') : `${nodes.slice(0, 3).join(', ')} and ${nodes.length - 3} more`
}
