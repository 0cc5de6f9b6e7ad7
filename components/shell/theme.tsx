'use client'

import { ThemeProvider } from 'next-themes'
import type { ReactNode } from 'react'

declare global {
  /** Read by react-style-singleton (below radix dialogs) for the `<style>` it adds. */
  var __webpack_nonce__: string | undefined
}

/** Dark or light as the system says, or as chosen; the nonce lets its script run before the first paint. */
export function Theme({ nonce, children }: { nonce: string; children: ReactNode }) {
  if (typeof window !== 'undefined' && nonce) globalThis.__webpack_nonce__ = nonce
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="system" enableSystem storageKey="cairn-theme" nonce={nonce}>
      {children}
    </ThemeProvider>
  )
}
