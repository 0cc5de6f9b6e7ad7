import type { Metadata } from 'next'
import { RunPage } from '@/components/runs/run-page'
import { segment } from '@/lib/web/segment'

export const metadata: Metadata = { title: 'Run' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <RunPage id={segment((await params).id)} />
}
