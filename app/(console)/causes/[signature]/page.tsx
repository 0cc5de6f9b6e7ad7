import type { Metadata } from 'next'
import { CausePage } from '@/components/causes/cause-page'
import { segment } from '@/lib/web/segment'

export const metadata: Metadata = { title: 'Cause' }

export default async function Page({ params }: { params: Promise<{ signature: string }> }) {
  return <CausePage signature={segment((await params).signature)} />
}
