import Link from 'next/link'
import type { ReactNode } from 'react'

export interface PageHeadProps {
  title: string
  /** The page above. */
  up?: { href: string; title: string }
  note?: ReactNode
  /** Buttons. */
  children?: ReactNode
}

/** Title line of a page. */
export function PageHead({ title, up, note, children }: PageHeadProps) {
  return (
    <div className="mb-3.5 flex flex-wrap items-center gap-x-3.5 gap-y-2">
      <h1 className="flex flex-wrap items-baseline gap-x-2 text-[1.4rem] leading-8 font-semibold tracking-tight">
        {up && (
          <Link
            href={up.href}
            prefetch={false}
            className="text-sm font-normal tracking-normal text-muted no-underline hover:text-text"
          >
            {up.title} /
          </Link>
        )}
        {title}
      </h1>
      {note && <div className="text-sm text-muted">{note}</div>}
      <span className="flex-1" />
      {children && <div className="no-print flex flex-wrap gap-2">{children}</div>}
    </div>
  )
}
