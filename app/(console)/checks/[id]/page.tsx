import type { Metadata } from 'next'
import { CheckPage } from '@/components/checks/check-page'
import { segment } from '@/lib/web/segment'

export const metadata: Metadata = { title: 'Check' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <CheckPage id={segment((await params).id)} />
}
