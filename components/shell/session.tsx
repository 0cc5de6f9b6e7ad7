'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, useSyncExternalStore } from 'react'
import { Dialog } from '@/components/ui/dialog'
import { queries } from '@/lib/contract/queries'
import { LoginForm } from './login-form'

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

/** Asks for a token in place when the session ends: the address, the filters and what was typed stay. */
export function SignInAgain() {
  const asked = useSyncExternalStore(
    subscribe,
    () => signedOut,
    () => false,
  )
  const [round, setRound] = useState(0)
  const client = useQueryClient()
  return (
    <Dialog
      open={asked}
      onOpenChange={() => {}}
      dismissable={false}
      title="Sign in to Cairn"
      description="There is no valid session in this browser. The page stays as it is."
    >
      <LoginForm
        key={round}
        onDone={() => {
          setSignedOut(false)
          setRound(round + 1)
          void client.invalidateQueries()
        }}
      />
    </Dialog>
  )
}
