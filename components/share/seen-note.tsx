'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { Time } from '@/components/time/time'
import { readSeen, SEEN, type Seen } from './seen'

/** Says what changed since the link to this page was copied; nothing when nothing did, or the link remembers nothing. */
export function SeenNote({ change }: { change(seen: Seen | null): { before: string; now: string } | null }) {
  const [text, setText] = useQueryState(SEEN, parseAsString.withOptions({ history: 'replace' }))
  const seen = readSeen(text)
  const found = change(seen)
  if (!found) return null
  return (
    <p
      role="status"
      className="no-print mb-3 flex flex-wrap items-center gap-x-2 rounded-md border border-accent/50 bg-running-bg px-3.5 py-1.5 text-sm"
    >
      <span>
        When this was shared{' '}
        {seen?.at && (
          <span className="text-muted">
            (<Time at={seen.at} only="clock" />)
          </span>
        )}
        : <b>{found.before}</b>; now: <b>{found.now}</b>
      </span>
      <span className="flex-1" />
      <button type="button" className="link min-h-6 text-xs" onClick={() => void setText(null)}>
        Dismiss
      </button>
    </p>
  )
}
