import type { ReactNode } from 'react'
import { Console } from '@/components/shell/console'

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return <Console>{children}</Console>
}
