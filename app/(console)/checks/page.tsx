import type { Metadata } from 'next'
import { ChecksPage } from '@/components/checks/checks-page'

export const metadata: Metadata = { title: 'Checks' }

export default ChecksPage
