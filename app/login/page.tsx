import type { Metadata } from 'next'
import { LoginPage } from '@/components/shell/login-page'

export const metadata: Metadata = { title: 'Sign in' }

export default LoginPage
