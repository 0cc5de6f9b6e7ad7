import Link from 'next/link'
import type { ComponentProps } from 'react'

export type Variant = 'default' | 'primary' | 'quiet' | 'danger'

const BASE =
  'inline-flex min-h-8 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border px-3 text-sm font-medium no-underline transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55'
const LOOK: Readonly<Record<Variant, string>> = {
  default: 'border-line bg-raised text-text hover:border-faint',
  primary: 'border-accent bg-accent text-on-accent hover:brightness-110',
  quiet: 'border-transparent bg-transparent text-muted hover:bg-line-soft hover:text-text',
  danger: 'border-fail bg-transparent text-fail hover:bg-fail-bg',
}

/** A button; `type="button"` unless told otherwise. */
export function Button({
  variant = 'default',
  className = '',
  ...rest
}: ComponentProps<'button'> & { variant?: Variant }) {
  return <button type="button" className={`${BASE} ${LOOK[variant]} ${className}`} {...rest} />
}

/** A link that looks like a button. */
export function LinkButton({
  variant = 'default',
  className = '',
  ...rest
}: ComponentProps<typeof Link> & { variant?: Variant }) {
  return <Link prefetch={false} className={`${BASE} ${LOOK[variant]} ${className}`} {...rest} />
}

/** A key, as printed beside what it does. Screen readers learn keys from the help dialog. */
export function Kbd({ children }: { children: string }) {
  return (
    <span
      aria-hidden="true"
      className="hidden rounded border font-mono border-current/30 px-1 text-2xs md:inline-block"
    >
      {children}
    </span>
  )
}
