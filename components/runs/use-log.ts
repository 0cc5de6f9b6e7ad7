'use client'

import { useEffect, useState } from 'react'
import { ApiError, api } from '@/lib/contract/client'

/** Lines kept in the browser. */
const KEPT = 5_000

export interface Log {
  lines: readonly string[]
  /** Earlier lines that are not here. */
  skipped: number
  problem: string | null
}

/** Reads a run's log page by page, by line number, so that nothing comes twice. Reads on when `known` grows. */
export function useLog(id: string, known: number, active: boolean): Log {
  const [log, setLog] = useState<Log & { next: number }>({
    lines: [],
    skipped: 0,
    problem: null,
    next: Math.max(0, known - KEPT),
  })
  const behind = log.next < known || (active && log.lines.length === 0)
  useEffect(() => {
    if (!behind) return
    const abort = new AbortController()
    api
      .call('runLog', { params: { id }, query: { after: String(log.next) }, signal: abort.signal })
      .then((page) => {
        if (abort.signal.aborted) return
        setLog((now) => {
          const lines = [...now.lines, ...page.lines].slice(-KEPT)
          // A page that brings nothing must not be asked for again until more is known.
          return {
            lines,
            skipped: page.next - lines.length,
            problem: null,
            next: Math.max(page.next, page.lines.length === 0 ? known : 0),
          }
        })
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted)
          setLog((now) => ({
            ...now,
            problem: error instanceof ApiError ? error.what : 'The log could not be read',
            next: known,
          }))
      })
    return () => abort.abort()
  }, [id, behind, known, log.next])
  return log
}
