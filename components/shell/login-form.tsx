'use client'

import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { ApiError, api } from '@/lib/contract/client'

/** Exchanges a token for a session. A launch link brings it in the fragment (`#token=…`), which no server or log ever sees. */
export function LoginForm({ onDone }: { onDone(): void }) {
  const [token, setToken] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const tried = useRef(false)

  const submit = async (value: string) => {
    setBusy(true)
    setError(null)
    try {
      await api.call('login', { body: { token: value.trim() } })
      onDone()
    } catch (failure) {
      setError(failure instanceof ApiError ? [failure.what, failure.todo].filter(Boolean).join('. ') : String(failure))
      setBusy(false)
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the link's token is tried once, when the form appears
  useEffect(() => {
    const fromLink = new URLSearchParams(location.hash.slice(1)).get('token')
    if (!fromLink || tried.current) return
    tried.current = true
    history.replaceState(null, '', location.pathname + location.search)
    void submit(fromLink)
  }, [])

  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        void submit(token)
      }}
    >
      <label className="flex flex-col gap-1.5 text-sm font-medium">
        Token
        <input
          type="password"
          name="token"
          autoComplete="current-password"
          required
          minLength={16}
          value={token}
          onChange={(event) => setToken(event.target.value)}
          aria-invalid={error !== null}
          aria-describedby="login-help"
          className="h-9 rounded-md border border-line bg-bg px-3 font-mono text-sm"
        />
      </label>
      <p id="login-help" className="text-xs text-muted">
        Started here with <code>npm run up</code>? Open the link it printed, or paste the token from it. On a shared
        installation, an admin hands out tokens.
      </p>
      {error && (
        <p role="alert" className="rounded-md border border-fail bg-fail-bg px-3 py-2 text-sm text-fail">
          {error}
        </p>
      )}
      <Button type="submit" variant="primary" disabled={busy} className="self-start">
        {busy ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  )
}
