import type { Metadata } from 'next'
import { NewRunPage } from '@/components/runs/new-run-page'

export const metadata: Metadata = { title: 'New run' }

export default NewRunPage
