'use client'

import { LoginForm } from './login-form'
import { Logo } from './logo'

/** Where to go after signing in: a path of this site, or the fleet. */
function target(): string {
  const next = new URLSearchParams(location.search).get('next') ?? '/'
  const url = URL.canParse(next, location.origin) ? new URL(next, location.origin) : null
  return url && url.origin === location.origin ? url.pathname + url.search : '/'
}

export function LoginPage() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-5 px-5">
      <div className="flex items-center gap-2.5">
        <span className="text-accent">
          <Logo size={28} />
        </span>
        <h1 className="text-xl font-semibold tracking-tight">Cairn</h1>
      </div>
      <div className="panel p-5">
        <LoginForm onDone={() => location.assign(target())} />
      </div>
      <p className="text-xs text-muted">
        Cairn reads your nodes and cluster. It changes nothing but the benchmark runs you confirm.
      </p>
    </main>
  )
}
