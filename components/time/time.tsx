'use client'

import { useNow } from './now'
import { clockTime, duration, exactTime } from './words'

/** "12:04:18 · 13 s ago"; the exact time with its offset on hover. */
export function Time({ at, only }: { at: string; only?: 'age' | 'clock' }) {
  const now = useNow()
  const age = now - Date.parse(at)
  const words = Number.isNaN(age) ? '' : age < 0 ? 'just now' : `${duration(age)} ago`
  return (
    <time dateTime={at} title={exactTime(at)} className="tabular-nums">
      {only === 'age' ? words : only === 'clock' ? clockTime(at, now) : `${clockTime(at, now)} · ${words}`}
    </time>
  )
}
