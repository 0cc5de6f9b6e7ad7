import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { SnapshotView } from '@/components/share/snapshot-view'
import { Logo } from '@/components/shell/logo'
import { frozen } from '@/lib/web/frozen'

export const dynamic = 'force-dynamic'

/** The title says nothing of the content: a link preview must not leak it to a chat's server. */
export const metadata: Metadata = { title: 'Frozen page', robots: { index: false, follow: false, noarchive: true } }

/** A frozen link: everything is in this one document. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const content = await frozen((await params).id)
  if (content === null) notFound()
  return (
    <main className="mx-auto max-w-3xl px-4 py-6">
      <p className="mb-5 flex items-center gap-2 text-sm text-muted">
        <span className="text-accent">
          <Logo />
        </span>
        A frozen page of Cairn: it does not change, and ends by itself.
      </p>
      {content === 'agent-down' ? (
        <p role="alert">This page cannot be shown right now. Try the link again in a minute.</p>
      ) : (
        <SnapshotView content={content} />
      )}
    </main>
  )
}
