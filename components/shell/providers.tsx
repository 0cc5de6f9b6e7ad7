'use client'

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useState } from 'react'
import { LiveProvider } from '@/components/live/live-provider'
import { toast } from '@/components/ui/toast'
import { ApiError } from '@/lib/contract/client'
import { setSignedOut } from './session'

function noticeSignOut(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) setSignedOut(true)
}

/** Waits out a short restart of the agent; anything the agent decided is final. */
function retry(count: number, error: unknown): boolean {
  return count < 1 && error instanceof ApiError && (error.status === 0 || error.status >= 502)
}

function newClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: noticeSignOut }),
    mutationCache: new MutationCache({
      onError: (error) => {
        noticeSignOut(error)
        toast(error instanceof ApiError ? [error.what, error.todo].filter(Boolean).join('. ') : error.message, 'fail')
      },
    }),
    // Freshness comes from live events; the browser's focus says nothing about the cluster. "online" mode would hide failures.
    defaultOptions: {
      queries: { retry, retryDelay: 700, staleTime: 5_000, refetchOnWindowFocus: false, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  })
}

/** What every page of the console needs: data, URL state, live updates. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(newClient)
  return (
    <QueryClientProvider client={client}>
      <NuqsAdapter>
        <LiveProvider>{children}</LiveProvider>
      </NuqsAdapter>
    </QueryClientProvider>
  )
}
