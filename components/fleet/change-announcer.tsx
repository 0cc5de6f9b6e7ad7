'use client'

import { useEffect, useRef, useState } from 'react'
import { WORD } from '@/components/state/shown'
import type { Fleet } from '@/lib/contract/api'

/** Says politely what changed in the fleet, summed up, at most once in five seconds (UX-64). */
export function ChangeAnnouncer({ fleet }: { fleet: Fleet }) {
  const [text, setText] = useState('')
  const seen = useRef<ReadonlyMap<string, string> | null>(null)
  const latest = useRef(fleet)
  latest.current = fleet
  useEffect(() => {
    const timer = setInterval(() => {
      const now = new Map(latest.current.nodes.map((node) => [node.name, node.state]))
      const before = seen.current
      seen.current = now
      if (!before) return
      const changes = new Map<string, number>()
      for (const [name, state] of now) if (before.get(name) !== state) changes.set(state, (changes.get(state) ?? 0) + 1)
      const words =
        latest.current.nodes.length > 0
          ? [...changes].map(([state, count]) => `${count} ${count === 1 ? 'node' : 'nodes'} now ${wordOf(state)}`)
          : []
      if (words.length > 0) setText(words.join(', '))
    }, 5_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  )
}

function wordOf(state: string): string {
  const found = Object.entries(WORD).find(([key]) => key === state)
  return (found?.[1] ?? state).toLowerCase()
}
