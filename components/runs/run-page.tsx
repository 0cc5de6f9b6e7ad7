'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, FileCode } from 'lucide-react'
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
import { Panel } from '@/components/ui/panel-state'
import { api } from '@/lib/contract/client'
import { queries } from '@/lib/contract/queries'
import type { Run } from '@/lib/contract/runs'
import { FindBadNode } from './find-bad-node'
import { Manifest } from './plan-view'
import { Measured } from './run-measured'
import { RunSentence } from './run-sentence'
import { SearchView } from './search-view'
import { isActive, runMark, shortTitle } from './words'

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
        title={shortTitle(run)}
        up={run.parent === null ? { href: '/runs', title: 'Runs' } : searchOf(run.parent)}
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
        <FindBadNode run={run} />
        <ShareMenu subject={{ kind: 'run', id: run.id }} run={run} />
        <Button onClick={() => setManifest(true)}>
          <FileCode size={14} aria-hidden="true" /> Manifest
        </Button>
        {active && <CancelRun run={run} />}
      </PageHead>
      <SeenNote change={(seen) => runChange(seen, mark.state, mark.words)} />
      <RunSentence run={run} />
      {run.search ? <SearchView run={run} search={run.search} /> : <Measured run={run} active={active} />}
      {manifest && <ManifestDialog id={run.id} onClose={() => setManifest(false)} />}
    </>
  )
}

/** A run of a search belongs under it. */
function searchOf(parent: string) {
  return { href: `/runs/${encodeURIComponent(parent)}`, title: 'Search for the bad node' }
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
