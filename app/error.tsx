'use client'

import { Button } from '@/components/ui/button'

/** A page that could not be drawn. A new version loads other files, so a reload is the first thing to try (F-66). */
export default function PageError({ error }: { error: Error & { digest?: string } }) {
  return (
    <main role="alert" className="mx-auto flex min-h-[70dvh] max-w-md flex-col justify-center gap-3 px-5">
      <h1 className="text-xl font-semibold tracking-tight">This page could not be drawn</h1>
      <p className="text-muted">
        The agent and the other pages are not affected. If Cairn was just updated, a reload brings the new version.
      </p>
      <p className="font-mono text-xs text-faint">
        {error.digest ? `quote ${error.digest}` : error.message.slice(0, 200)}
      </p>
      <Button variant="primary" className="self-start" onClick={() => location.reload()}>
        Reload
      </Button>
    </main>
  )
}
