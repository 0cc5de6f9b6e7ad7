import type { Metadata } from 'next'
import { CausesPage } from '@/components/causes/causes-page'

export const metadata: Metadata = { title: 'Causes' }

export default CausesPage
