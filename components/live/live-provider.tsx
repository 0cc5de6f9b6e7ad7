'use client'

import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import type { RevisionEvent } from '@/lib/contract/api'
import { api } from '@/lib/contract/client'
import { mergeFleet } from '@/lib/contract/merge-fleet'
import { queries } from '@/lib/contract/queries'
import { type LiveState, startLive } from './event-source'

const LiveContext = createContext<LiveState>('connecting')

/** How fresh the page is. */
export function useLive(): LiveState {
  return useContext(LiveContext)
}

/** Asks for what changed since the fleet in hand. Nothing in hand: the query itself loads it. */
async function refreshFleet(client: QueryClient): Promise<void> {
  const key = queries.fleet().queryKey
  const have = client.getQueryData(key)
  if (!have) return
  const news = await api.call('fleet', { query: { since: String(have.revision) } })
  client.setQueryData(key, (now) => mergeFleet(now, news))
}

function apply(client: QueryClient, event: RevisionEvent): void {
  const topics = new Set(event.topics)
  for (const name of event.nodes) void client.invalidateQueries({ queryKey: ['node', name] })
  if (topics.has('fleet') || topics.has('sweeps') || event.nodes.length > 0) {
    // A failed refresh is not lost: the next event or poll repeats it, and the page shows its age meanwhile.
    refreshFleet(client).catch(() => client.invalidateQueries({ queryKey: ['fleet'] }))
    void client.invalidateQueries({ queryKey: ['causes'] })
    void client.invalidateQueries({ queryKey: ['checks'] })
  }
  if (topics.has('runs')) void client.invalidateQueries({ queryKey: ['runs'] })
  if (topics.has('snapshots')) void client.invalidateQueries({ queryKey: ['snapshots'] })
  if (topics.has('doctor')) void client.invalidateQueries({ queryKey: ['doctor'] })
}

/** Keeps everything below it fresh. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')
  useEffect(
    () =>
      startLive({
        onEvent: (event) => apply(client, event),
        onGap: () => {
          refreshFleet(client).catch(() => client.invalidateQueries({ queryKey: ['fleet'] }))
          void client.invalidateQueries({
            predicate: (query) => query.queryKey[0] !== 'fleet' && query.queryKey[0] !== 'run-plan',
          })
        },
        onState: setState,
      }),
    [client],
  )
  return <LiveContext value={state}>{children}</LiveContext>
}
