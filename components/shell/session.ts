'use client'

import { useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { queries } from '@/lib/contract/queries'

let signedOut = false
const listeners = new Set<() => void>()

/** Tells the page that the session has ended (or began again). */
export function setSignedOut(value: boolean): void {
  if (signedOut === value) return
  signedOut = value
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether the reader may start runs, verify and share. False until the session is known. */
export function useMayOperate(): boolean {
  const { data } = useQuery(queries.session())
  return data !== undefined && data.role !== 'viewer'
}

/** Whether the reader is an admin. */
export function useIsAdmin(): boolean {
  const { data } = useQuery(queries.session())
  return data?.role === 'admin'
}

/** Whether the agent has refused this session. */
export function useSignedOut(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => signedOut,
    () => false,
  )
}
