import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Theme } from '@/components/shell/theme'
import './globals.css'
import './fleet.css'
import './print.css'

export const metadata: Metadata = {
  title: { default: 'Cairn', template: '%s · Cairn' },
  description:
    'Which layer of the RDMA, SR-IOV and NCCL stack is broken first on every GPU node, why, and what fixes it',
  icons: { icon: '/icon.svg' },
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: dark)', color: '#0a0e13' },
    { media: '(prefers-color-scheme: light)', color: '#f5f7f9' },
  ],
}

/** Reading the nonce makes every page dynamic, which a nonce needs. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? ''
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body>
        <Theme nonce={nonce}>{children}</Theme>
      </body>
    </html>
  )
}
