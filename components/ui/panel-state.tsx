'use client'

import { CircleSlash, CloudOff, Inbox, KeyRound, RotateCw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiError } from '@/lib/contract/client'
import { Button } from './button'

/** Blocks of the coming content's height; they appear only after 150 ms, and say so in words to those who do not see them. */
export function Loading({ what, lines = 4 }: { what: string; lines?: number }) {
  return (
    <div role="status" className="flex flex-col gap-2.5 p-4">
      <span className="late text-sm text-muted">Loading {what}…</span>
      {Array.from({ length: lines }, (_, index) => (
        <span
          key={`line-${index + 1}`}
          className="skeleton block h-7"
          style={{ width: `${100 - ((index * 17) % 45)}%` }}
        />
      ))}
    </div>
  )
}

/** Nothing to show, and why that is so. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Notice icon={<Inbox size={20} aria-hidden="true" />} title={title} action={action}>
      {children}
    </Notice>
  )
}

/** What happened, what still works, what to do, and the id to quote. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const known = error instanceof ApiError ? error : null
  const denied = known?.status === 403
  const Icon = denied ? KeyRound : known?.status === 404 ? CircleSlash : known?.status === 0 ? CloudOff : TriangleAlert
  return (
    <div role="alert">
      <Notice
        icon={<Icon size={20} aria-hidden="true" />}
        title={
          known?.what ?? `This part of the page failed: ${error instanceof Error ? error.message : 'no reason given'}`
        }
        action={
          retry &&
          !denied && (
            <Button onClick={retry}>
              <RotateCw size={14} aria-hidden="true" /> Try again
            </Button>
          )
        }
      >
        {known?.stillWorks && <span className="block">{known.stillWorks}</span>}
        {known?.todo && <span className="block text-text">{known.todo}</span>}
        {known?.requestId && <span className="mt-1 block font-mono text-xs text-faint">quote {known.requestId}</span>}
      </Notice>
    </div>
  )
}

function Notice({
  icon,
  title,
  children,
  action,
}: {
  icon: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-col items-start gap-2 px-5 py-6">
      <span className="text-faint">{icon}</span>
      <p className="text-[0.95rem] font-semibold">{title}</p>
      {children && <div className="max-w-[70ch] text-sm text-muted">{children}</div>}
      {action}
    </div>
  )
}

/** Data that could not be refreshed stays, with a word about it. */
export function StaleNotice({ error }: { error: unknown }) {
  const what = error instanceof ApiError ? error.what : 'It could not be refreshed'
  return (
    <p
      role="status"
      className="mb-3 flex items-center gap-2 rounded-md border border-warn/50 bg-warn-bg px-3 py-1.5 text-sm text-warn"
    >
      <TriangleAlert size={15} aria-hidden="true" className="shrink-0" />
      Shown from memory: {what}.
    </p>
  )
}

export interface Answer<T> {
  data: T | undefined
  error: unknown
  isPending: boolean
  refetch(): unknown
}

/** The states of every panel: loading, failed (also: no permission, offline, not found), from memory, and there. */
export function Panel<T>({ query, what, heading, lines, children }: PanelProps<T>) {
  if (query.data !== undefined) {
    return (
      <>
        {query.error ? <StaleNotice error={query.error} /> : null}
        {children(query.data)}
      </>
    )
  }
  const waiting = query.error ? (
    <Failure error={query.error} retry={() => query.refetch()} />
  ) : (
    <Loading what={what} lines={lines} />
  )
  if (!heading) return waiting
  return (
    <div className="panel">
      <h1 className="sr-only">{heading}</h1>
      {waiting}
    </div>
  )
}

export interface PanelProps<T> {
  query: Answer<T>
  what: string
  /** Heading of a page whose own heading comes with its data. */
  heading?: string
  lines?: number
  children(data: T): ReactNode
}
