import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { PREVIEW } from '@/components/share/preview-image'
import { SnapshotView } from '@/components/share/snapshot-view'
import { Logo } from '@/components/shell/logo'
import { frozen } from '@/lib/web/frozen'

export const dynamic = 'force-dynamic'

/** Read once for head and body: it is one view. */
const load = cache((id: string) => frozen(id, 'page'))

interface Props {
  params: Promise<{ id: string }>
}

/** What a chat shows of the link. It learns no more than who opens it, and only from those who pasted the link. */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params
  const page = await load(id)
  const robots = { index: false, follow: false, noarchive: true }
  if (page === null || page === 'agent-down') return { title: 'Frozen page', robots }
  const { content, origin } = page
  const image = {
    url: `${origin}/s/${id}/image.png`,
    ...PREVIEW,
    alt: `${content.title}: ${content.headline}`.slice(0, 300),
  }
  const title = content.title.slice(0, 120)
  const description = content.headline.slice(0, 300)
  return {
    title,
    description,
    robots,
    openGraph: { type: 'article', siteName: 'Cairn', title, description, images: [image] },
    twitter: { card: 'summary_large_image', title, description, images: [image] },
  }
}

/** A frozen link: everything is in this one document. */
export default async function Page({ params }: Props) {
  const page = await load((await params).id)
  if (page === null) notFound()
  return (
    <main className="mx-auto max-w-3xl px-4 py-6">
      <p className="mb-5 flex items-center gap-2 text-sm text-muted">
        <span className="text-accent">
          <Logo />
        </span>
        A frozen page of Cairn: it does not change, and ends by itself.
      </p>
      {page === 'agent-down' ? (
        <p role="alert">This page cannot be shown right now. Try the link again in a minute.</p>
      ) : (
        <>
          <SnapshotView content={page.content} />
          <p className="no-print mt-6 text-sm">
            {/* In the document itself, so that it needs no call and holds exactly what is shown. */}
            <a
              className="link"
              download={`${page.content.title.replace(/[^\w.-]/g, '_').slice(0, 80)}.json`}
              href={`data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(page.content, null, 2))}`}
            >
              The same as JSON
            </a>
          </p>
        </>
      )}
    </main>
  )
}
