'use client'

import { CircleHelp, LogOut, SunMoon } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useRef } from 'react'
import { api } from '@/lib/contract/client'
import { PAGES } from './pages'

export interface MoreMenuProps {
  onTheme(): void
  onHelp(): void
  /** Name and role of the reader. */
  who: string | null
}

/** Pages and account, for small screens and the rarely used. A native popover: it closes by itself and costs no script. */
export function MoreMenu({ onTheme, onHelp, who }: MoreMenuProps) {
  const box = useRef<HTMLDivElement>(null)
  const close = () => box.current?.hidePopover()
  const signOut = async () => {
    await api.call('logout').catch(() => undefined)
    location.assign('/login')
  }
  return (
    <div
      ref={box}
      id="more"
      popover="auto"
      className="fixed inset-auto top-12 right-4 m-0 w-60 rounded-lg border border-line bg-raised p-1 text-text shadow-(--shadow)"
    >
      <nav aria-label="All pages" className="md:hidden">
        {PAGES.map((page) => (
          <Link key={page.href} href={page.href} prefetch={false} onClick={close} className={ROW}>
            {page.title}
          </Link>
        ))}
      </nav>
      <Row icon={<SunMoon size={15} aria-hidden="true" />} onClick={onTheme}>
        Dark or light
      </Row>
      <Row
        icon={<CircleHelp size={15} aria-hidden="true" />}
        onClick={() => {
          close()
          onHelp()
        }}
      >
        Help and keyboard
      </Row>
      <Row icon={<LogOut size={15} aria-hidden="true" />} onClick={() => void signOut()}>
        Sign out {who && <span className="text-xs text-muted">{who}</span>}
      </Row>
    </div>
  )
}

const ROW =
  'flex min-h-9 w-full items-center gap-2.5 rounded-md px-2.5 text-left text-sm no-underline hover:bg-line-soft'

function Row({ icon, onClick, children }: { icon: ReactNode; onClick(): void; children: ReactNode }) {
  return (
    <button type="button" onClick={onClick} className={ROW}>
      <span className="text-muted">{icon}</span>
      {children}
    </button>
  )
}
