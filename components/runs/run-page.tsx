'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, FileCode } from 'lucide-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useState } from 'react'
import { runChange } from '@/components/share/seen'
import { SeenNote } from '@/components/share/seen-note'
import { ShareMenu } from '@/components/share/share-menu'
import { useHotkeys } from '@/components/shell/hotkeys'
import { useMayOperate } from '@/components/shell/session'
import { StateMark } from '@/components/state/state-mark'
import { useNow } from '@/components/time/now'
import { Time } from '@/components/time/time'
import { duration } from '@/components/time/words'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { PageHead } from '@/components/ui/page-head'
import { Loading, Panel } from '@/components/ui/panel-state'
import { api } from '@/lib/contract/client'
import { queries } from '@/lib/contract/queries'
import type { Run } from '@/lib/contract/runs'
import { Manifest } from './plan-view'
import { RdmaMatrix } from './rdma-matrix'
import { RowTable } from './row-table'
import { RunFacts } from './run-facts'
import { RunLog } from './run-log'
import { RunPhases } from './run-phases'
import { RunSentence } from './run-sentence'
import { isActive, runMark } from './words'

const Chart = dynamic(() => import('./bandwidth-chart').then((module) => module.BandwidthChart), {
  ssr: false,
  loading: () => <Loading what="the chart" lines={5} />,
})

/** One run: where it is, what it reached against what was expected, and what the log says. */
export function RunPage({ id }: { id: string }) {
  const query = useQuery(queries.run(id))
  return (
    <Panel query={query} heading="Run" what="the run" lines={8}>
      {(run) => <Loaded run={run} />}
    </Panel>
  )
}

function Loaded({ run }: { run: Run }) {
  const mark = runMark(run)
  const now = useNow()
  const active = isActive(run.state)
  const [manifest, setManifest] = useState(false)
  // Rows come by live events; this poll covers a stream that is down.
  useQuery({ ...queries.run(run.id), refetchInterval: active ? 3_000 : false })
  useHotkeys({ m: () => setManifest(true) })
  const spent = Date.parse(run.finishedAt ?? '') || now
  return (
    <>
      <PageHead
        title={run.title}
        up={{ href: '/runs', title: 'Runs' }}
        note={
          <span className="flex flex-wrap items-center gap-x-3">
            <StateMark state={mark.state} strong>
              {mark.words}
            </StateMark>
            <span className="font-mono text-xs">
              {run.nodes.map((node, index) => (
                <span key={node}>
                  {index > 0 && ' · '}
                  <Link
                    href={`/nodes/${encodeURIComponent(node)}`}
                    prefetch={false}
                    className="no-underline hover:underline"
                  >
                    {node}
                  </Link>
                </span>
              ))}
            </span>
            <span>
              {run.startedAt ? duration(spent - Date.parse(run.startedAt)) : 'not started'}
              {active ? (
                <>
                  {' · ends by '}
                  <Time at={run.deadlineAt} only="clock" />
                </>
              ) : (
                run.finishedAt && (
                  <>
                    {' · ended '}
                    <Time at={run.finishedAt} only="age" />
                  </>
                )
              )}
            </span>
          </span>
        }
      >
        <ShareMenu subject={{ kind: 'run', id: run.id }} run={run} />
        <Button onClick={() => setManifest(true)}>
          <FileCode size={14} aria-hidden="true" /> Manifest
        </Button>
        {active && <CancelRun run={run} />}
      </PageHead>
      <SeenNote change={(seen) => runChange(seen, mark.state, mark.words)} />
      <RunSentence run={run} />
      <RunPhases run={run} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,7fr)_minmax(0,4fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          {run.matrix ? (
            <RdmaMatrix run={run} />
          ) : (
            <section aria-labelledby="chart-title" className="panel">
              <div className="panel-head">
                <h2 id="chart-title" className="text-base font-semibold">
                  Bandwidth
                </h2>
                <span className="text-sm text-muted">GB/s by message size</span>
              </div>
              {run.rows.length === 0 ? (
                <p className="px-3.5 py-8 text-center text-sm text-muted">
                  {active ? 'The first size has not been measured yet.' : 'No size was measured.'}
                </p>
              ) : (
                <Chart series={curves(run)} withAlgorithm expected={run.expected} />
              )}
            </section>
          )}
          {run.rows.length > 0 && <RowTable run={run} />}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <RunFacts run={run} />
          <RunLog id={run.id} lines={run.logLines} firstError={run.firstError} active={active} />
        </div>
      </div>
      {manifest && <ManifestDialog id={run.id} onClose={() => setManifest(false)} />}
    </>
  )
}

/** The run's own curve, and that of the last good run like it. */
function curves({ id, rows, lastGood }: Run) {
  const own = { id, title: 'busbw', rows }
  return lastGood ? [own, { id: lastGood.id, title: 'last good run', rows: lastGood.rows }] : [own]
}

function CancelRun({ run }: { run: Run }) {
  const [asking, setAsking] = useState(false)
  const may = useMayOperate()
  const client = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api.call('cancelRun', { params: { id: run.id } }),
    onSuccess: (next) => {
      client.setQueryData(queries.run(run.id).queryKey, next)
      setAsking(false)
    },
  })
  return (
    <>
      <Button
        variant="danger"
        disabled={!may || run.state === 'cancelling' || run.state === 'cleaning'}
        onClick={() => setAsking(true)}
      >
        <Ban size={14} aria-hidden="true" /> Cancel run
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Cancel this run?"
        description={`Its pods on ${run.nodes.join(', ')} end, and what it created in ${run.namespace} is removed. Rows measured so far stay.`}
      >
        <div className="flex justify-end gap-2">
          <Button onClick={() => setAsking(false)}>Let it run</Button>
          <Button variant="danger" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
            {cancel.isPending ? 'Cancelling…' : 'Cancel the run'}
          </Button>
        </div>
      </Dialog>
    </>
  )
}

function ManifestDialog({ id, onClose }: { id: string; onClose(): void }) {
  const query = useQuery(queries.runManifest(id))
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      wide
      title="What was applied"
      description="Byte for byte, as confirmed"
    >
      <Panel query={query} what="the manifest">
        {({ manifest, hash }) => <Manifest manifest={manifest} hash={hash} />}
      </Panel>
    </Dialog>
  )
}
