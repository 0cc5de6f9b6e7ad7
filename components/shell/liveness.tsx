'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import type { LiveState } from '@/components/live/event-source'
import { useLive } from '@/components/live/live-provider'
import { Time } from '@/components/time/time'
import type { Liveness } from '@/lib/contract/api'
import { queries } from '@/lib/contract/queries'

const DOT: Readonly<Record<LiveState, { word: string; look: string }>> = {
  connecting: { word: 'connecting', look: 'border border-faint' },
  live: { word: 'live', look: 'bg-ok' },
  polling: { word: 'every 10 s', look: 'border-2 border-warn' },
  offline: { word: 'offline', look: 'bg-fail' },
}

/** How fresh this page is, in a word. */
export function LiveDot() {
  const { word, look } = DOT[useLive()]
  return (
    <span className="flex items-center gap-1.5 text-sm whitespace-nowrap text-muted">
      <span aria-hidden="true" className={`size-2 rounded-full ${look}`} />
      <span className="sr-only sm:not-sr-only">{word}</span>
    </span>
  )
}

/** One line under the bar when something that Cairn depends on is gone. Silent otherwise. */
export function LivenessBanner() {
  const live = useLive()
  const { data, dataUpdatedAt } = useQuery({ ...queries.fleet(), select: (fleet) => fleet.liveness })
  const trouble = data ? troubles(data) : []
  if (live !== 'offline' && trouble.length === 0) return null
  return (
    <div role="status" className="border-b border-warn/50 bg-warn-bg text-sm text-warn">
      <p className="mx-auto flex max-w-[1400px] flex-wrap gap-x-2 px-4 py-1.5 md:px-5">
        {live === 'offline' && (
          <span>
            This browser is offline.{' '}
            {dataUpdatedAt > 0 && (
              <>
                Everything below is from <Time at={new Date(dataUpdatedAt).toISOString()} />.
              </>
            )}
          </span>
        )}
        {trouble.map((text) => (
          <span key={text}>{text}</span>
        ))}
        {trouble.length > 0 && (
          <Link href="/doctor" prefetch={false} className="underline underline-offset-2">
            What is missing
          </Link>
        )}
      </p>
    </div>
  )
}

function troubles({ kube, store }: Liveness): string[] {
  const found: string[] = []
  if (kube.state === 'stale' || kube.state === 'down')
    found.push(
      `The Kubernetes API ${kube.state === 'down' ? 'does not answer' : 'has been silent'}${kube.reason ? ` (${kube.reason})` : ''}: cluster facts age and turn unknown.`,
    )
  if (store.state === 'read-only')
    found.push(
      `Nothing can be saved${store.reason ? ` (${store.reason})` : ''}: verdicts still work, history and runs do not.`,
    )
  return found
}
