'use client'

import { useQuery } from '@tanstack/react-query'
import { CircleHelp, Menu as MenuIcon, Moon, Search, Sun } from 'lucide-react'
import Link from 'next/link'
import { Kbd } from '@/components/ui/button'
import { queries } from '@/lib/contract/queries'
import { LiveDot } from './liveness'
import { Logo } from './logo'
import { MoreMenu } from './more-menu'
import { PAGES } from './pages'

export interface TopBarProps {
  path: string
  onSearch(): void
  onHelp(): void
  onTheme(): void
}

const ICON = 'grid size-8 place-items-center rounded-md text-muted hover:bg-line-soft hover:text-text'

function isOn(path: string, href: string): boolean {
  return href === '/' ? path === '/' || path.startsWith('/nodes/') : path.startsWith(href)
}

export function TopBar({ path, onSearch, onHelp, onTheme }: TopBarProps) {
  const cluster = useQuery({ ...queries.fleet(), select: (fleet) => fleet.cluster.name })
  const session = useQuery(queries.session())
  return (
    <header className="top-bar sticky top-0 z-30 border-b border-line-soft bg-surface/95 backdrop-blur">
      <div className="mx-auto flex h-12 max-w-[1400px] items-center gap-3 px-4 md:px-5">
        <Link href="/" prefetch={false} className="flex items-center gap-2 font-semibold tracking-tight no-underline">
          <span className="text-accent">
            <Logo />
          </span>
          Cairn
        </Link>
        <span className="max-w-40 min-w-0 truncate text-sm text-muted">{cluster.data}</span>
        <nav aria-label="Pages" className="ml-2 hidden h-full md:flex">
          {PAGES.map((page) => (
            <Link
              key={page.href}
              href={page.href}
              prefetch={false}
              aria-current={isOn(path, page.href) ? 'page' : undefined}
              className="flex items-center border-b-2 border-transparent px-2.5 pt-0.5 text-sm text-muted no-underline hover:text-text aria-[current]:border-accent aria-[current]:text-text"
            >
              {page.title}
            </Link>
          ))}
        </nav>
        <span className="flex-1" />
        <button
          type="button"
          onClick={onSearch}
          className="flex h-8 items-center gap-2 rounded-md border border-line bg-bg px-2.5 text-sm text-muted hover:border-faint lg:w-64"
        >
          <Search size={14} aria-hidden="true" />
          <span className="hidden flex-1 text-left lg:block">Node, cause, check…</span>
          <span className="sr-only lg:hidden">Search</span>
          <Kbd>⌘K</Kbd>
        </button>
        <LiveDot />
        <button
          type="button"
          onClick={onTheme}
          aria-label="Switch between dark and light"
          className={`${ICON} hidden sm:grid`}
        >
          <Moon size={16} aria-hidden="true" className="[[data-theme=light]_&]:hidden" />
          <Sun size={16} aria-hidden="true" className="hidden [[data-theme=light]_&]:block" />
        </button>
        <button type="button" onClick={onHelp} aria-label="Help and keyboard" className={`${ICON} hidden sm:grid`}>
          <CircleHelp size={16} aria-hidden="true" />
        </button>
        <button type="button" popoverTarget="more" aria-label="Pages and account" className={ICON}>
          <MenuIcon size={17} aria-hidden="true" />
        </button>
        <MoreMenu
          onTheme={onTheme}
          onHelp={onHelp}
          who={session.data ? `${session.data.user}, ${session.data.role}` : null}
        />
      </div>
    </header>
  )
}
