import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { FrozenPage } from '@/components/share/frozen-page'
import { PREVIEW } from '@/components/share/preview-parts'
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
  if (page === null || typeof page === 'string') return { title: 'Frozen page', robots }
  const { content, origin } = page
  const url = `${origin}/s/${id}`
  const image = {
    url: `${url}/image.png`,
    type: 'image/png',
    ...PREVIEW,
    alt: `${content.title}: ${content.headline}`.slice(0, 300),
  }
  const title = content.title.slice(0, 120)
  const description = content.headline.slice(0, 300)
  return {
    title,
    description,
    robots,
    referrer: 'no-referrer',
    openGraph: { type: 'article', siteName: 'Cairn', url, title, description, images: [image] },
    twitter: { card: 'summary_large_image', title, description, images: [image] },
  }
}

/** A frozen link: everything is in this one document. */
export default async function Page({ params }: Props) {
  const page = await load((await params).id)
  if (page === null) notFound()
  return <FrozenPage page={page} />
}
