'use client'

import { useQueryClient } from '@tanstack/react-query'
import { Dialog } from '@/components/ui/dialog'
import { LoginForm } from './login-form'
import { setSignedOut } from './session'

/** Asks for a token in place when the session ends: the address, the filters and what was typed stay. */
export function SignInAgain() {
  const client = useQueryClient()
  return (
    <Dialog
      open
      onOpenChange={() => {}}
      dismissable={false}
      title="Sign in to Cairn"
      description="There is no valid session in this browser. The page stays as it is."
    >
      <LoginForm
        onDone={() => {
          setSignedOut(false)
          void client.invalidateQueries()
        }}
      />
    </Dialog>
  )
}
