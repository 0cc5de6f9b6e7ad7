'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { PageHead } from '@/components/ui/page-head'
import { Panel } from '@/components/ui/panel-state'
import { api } from '@/lib/contract/client'
import { queries } from '@/lib/contract/queries'
import { NodePicker } from './node-picker'
import { type Confirmed, PlanAnswer } from './plan-answer'
import { PresetPicker } from './preset-picker'
import { RunOptionFields } from './run-options'
import { useNewRun } from './use-new-run'

/** Plans a run: preset, nodes, guard, the exact manifest; starts it when a person confirms. */
export function NewRunPage() {
  const router = useRouter()
  const { options, missing, change } = useNewRun()
  const { nodes } = options
  const plan = useQuery({ ...queries.planRun(options), enabled: nodes.length > 0 })
  const start = useMutation({
    mutationFn: ({ plan: confirmed, override }: Confirmed) =>
      api.call('startRun', {
        body: { planId: confirmed.planId, hash: confirmed.hash, ...(override ? { override } : {}) },
      }),
    onSuccess: (run) => router.push(`/runs/${encodeURIComponent(run.id)}`),
    // A plan is confirmed once; after a refusal only a new one can be.
    onError: () => void plan.refetch(),
  })
  return (
    <>
      <PageHead title="New run" up={{ href: '/runs', title: 'Runs' }} note="nothing is created until you confirm" />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
        <div className="flex flex-col gap-4">
          <section aria-label="What to measure" className="panel flex flex-col gap-3 p-3.5">
            <PresetPicker preset={options.preset} onChoose={(preset) => change({ preset })} />
            <RunOptionFields options={options} choices={plan.data?.choices} onChange={change} />
          </section>
          <NodePicker
            chosen={nodes}
            onChange={(chosen) => change({ nodes: chosen })}
            candidates={plan.data?.candidates ?? []}
          />
        </div>
        <section aria-label="Plan" className="panel">
          {nodes.length === 0 ? (
            <p className="px-4 py-5 text-sm text-muted">Choose nodes to see what would be applied.</p>
          ) : (
            <Panel query={plan} what="the plan">
              {(answer) => (
                <PlanAnswer
                  answer={answer}
                  waiting={plan.isFetching}
                  missing={missing}
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
