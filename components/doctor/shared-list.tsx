'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useEffect, useRef } from 'react'
import { useMayOperate } from '@/components/shell/session'
import { shownWord } from '@/components/state/shown'
import { StateIcon } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel-state'
import { toast } from '@/components/ui/toast'
import { api } from '@/lib/contract/client'
import { queries } from '@/lib/contract/queries'
import type { SnapshotList } from '@/lib/contract/snapshots'

type Shared = SnapshotList['snapshots'][number]

/** Frozen links that can still be opened: what, by whom, until when, how often read; and how to end them. */
export function SharedList() {
  const query = useQuery(queries.snapshots())
  const client = useQueryClient()
  const may = useMayOperate()
  const place = useRef<HTMLElement>(null)
  // The page comes after its address: the browser had nothing to scroll to.
  useEffect(() => {
    if (location.hash === '#shared') place.current?.scrollIntoView()
  }, [])
  const revoke = useMutation({
    mutationFn: (handle: string) => api.call('revokeSnapshot', { params: { handle } }),
    onSuccess: () => toast('Revoked: the link leads nowhere now'),
    onError: (error) => toast(`Not revoked: ${error.message}`, 'fail'),
    onSettled: () => client.invalidateQueries({ queryKey: ['snapshots'] }),
  })
  return (
    <section ref={place} aria-labelledby="shared" className="panel mb-3 scroll-mt-16">
      <div className="panel-head">
        <h2 id="shared" className="scroll-mt-20 text-base font-semibold">
          What is shared
        </h2>
        <span className="text-sm text-muted">frozen links that still open</span>
      </div>
      <Panel query={query} what="frozen links" lines={2}>
        {({ snapshots }) =>
          snapshots.length === 0 ? (
            <p className="px-3.5 py-3 text-sm text-muted">
              Nothing. Links are made with Share on the page of a node, a cause or a run.
            </p>
          ) : (
            <ul>
              {snapshots.map((snapshot) => (
                <Row
                  key={snapshot.handle}
                  snapshot={snapshot}
                  disabled={!may || revoke.isPending}
                  onRevoke={() => revoke.mutate(snapshot.handle)}
                />
              ))}
            </ul>
          )
        }
      </Panel>
    </section>
  )
}

function Row({ snapshot, disabled, onRevoke }: { snapshot: Shared; disabled: boolean; onRevoke(): void }) {
  const state = shownWord(snapshot.state) ?? 'unknown'
  const name = nameOf(snapshot)
  const at = addressOf(snapshot)
  return (
    <li className="grid grid-cols-[1rem_minmax(0,1fr)_auto] items-center gap-x-3 border-b border-line-soft px-3.5 py-2 text-sm last:border-0">
      <span data-verdict={state} className="text-state">
        <StateIcon state={state} />
      </span>
      <div className="min-w-0">
        <p>
          {at ? (
            <Link href={at} prefetch={false} className="font-medium no-underline hover:underline">
              {name}
            </Link>
          ) : (
            <span className="font-medium">{name}</span>
          )}
          {snapshot.masked && <span className="ml-2 text-xs text-muted">with pseudonyms</span>}
        </p>
        <p className="text-xs text-muted">
          by {snapshot.by} <Time at={snapshot.createdAt} only="age" /> · ends{' '}
          <Time at={snapshot.expiresAt} only="clock" /> · {views(snapshot)}
        </p>
      </div>
      <Button variant="danger" disabled={disabled} onClick={onRevoke} aria-label={`Revoke ${name}`}>
        Revoke
      </Button>
    </li>
  )
}

function views({ views: count, lastViewAt }: Shared) {
  if (count === 0 || lastViewAt === null) return 'not read yet'
  return (
    <>
      read {count === 1 ? 'once' : `${count} times`}, last <Time at={lastViewAt} only="age" />
    </>
  )
}

/** What was shared by its name here, which a masked copy does not show. */
function nameOf({ subject, title }: Shared): string {
  return subject?.kind === 'node' ? subject.name : title
}

function addressOf({ subject }: Shared): string | null {
  // Pasted captures were not kept: there is no page behind them.
  if (subject === null || subject.kind === 'explain') return null
  if (subject.kind === 'node') return `/nodes/${encodeURIComponent(subject.name)}`
  return subject.kind === 'run'
    ? `/runs/${encodeURIComponent(subject.id)}`
    : `/causes/${encodeURIComponent(subject.signature)}`
}
