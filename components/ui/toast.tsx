'use client'

import { useSyncExternalStore } from 'react'

interface Toast {
  id: number
  text: string
  tone: 'plain' | 'fail'
}

let toasts: readonly Toast[] = []
let nextId = 1
const listeners = new Set<() => void>()

function publish(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

/** Says something short at the edge of the page, also to screen readers. Failures stay longer. */
export function toast(text: string, tone: Toast['tone'] = 'plain'): void {
  const id = nextId++
  publish([...toasts.slice(-2), { id, text, tone }])
  setTimeout(() => publish(toasts.filter((entry) => entry.id !== id)), tone === 'fail' ? 9_000 : 4_000)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const NONE: readonly Toast[] = []

/** Where toasts appear. Own, because libraries for it inject styles that the page's CSP refuses. */
export function Toasts() {
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => NONE,
  )
  return (
    <div
      data-toasts
      role="status"
      className="pointer-events-none fixed right-4 bottom-4 z-60 flex max-w-[calc(100vw-2rem)] flex-col items-end gap-2"
    >
      {shown.map((entry) => (
        <p
          key={entry.id}
          className={`motion-rise pointer-events-auto max-w-sm rounded-lg border bg-raised px-3.5 py-2 text-sm shadow-(--shadow) ${entry.tone === 'fail' ? 'border-fail text-fail' : 'border-line'}`}
        >
          {entry.text}
        </p>
      ))}
    </div>
  )
}
