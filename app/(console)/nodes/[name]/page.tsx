import type { Metadata } from 'next'
import { NodePage } from '@/components/pyramid/node-page'
import { segment } from '@/lib/web/segment'

interface Props {
  params: Promise<{ name: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: segment((await params).name) }
}

export default async function Page({ params }: Props) {
  return <NodePage name={segment((await params).name)} />
}
