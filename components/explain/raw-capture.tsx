'use client'

import { useEffect, useMemo, useRef } from 'react'

/** Lines of a capture shown: a page is not a log store. */
const MAX_LINES = 3_000

/** The text with the deciding lines marked; it opens at the first of them. */
export function RawCapture({ text, marked }: { text: string; marked: ReadonlySet<number> }) {
  const lines = useMemo(() => text.split('\n', MAX_LINES), [text])
  const box = useRef<HTMLPreElement>(null)
  const first = useRef<HTMLElement>(null)
  useEffect(() => {
    // The box alone is scrolled, never the page under the reader.
    if (box.current && first.current && marked.size > 0)
      box.current.scrollTop = first.current.offsetTop - box.current.offsetTop - box.current.clientHeight / 3
  }, [marked])
  const at = Math.min(...marked)
  return (
    <pre
      ref={box}
      tabIndex={0}
      aria-label="Capture, deciding lines marked"
      role="region"
      className="raw relative max-h-[min(70vh,34rem)] overflow-auto py-2.5 max-lg:border-t max-lg:border-line-soft"
    >
      {lines.map((line, index) => (
        <span key={`${index + 1}`} className="block min-h-[1lh] pr-3.5">
          <span aria-hidden="true" className="mr-3 inline-block w-10 text-right text-faint select-none">
            {index + 1}
          </span>
          {marked.has(index + 1) ? <mark ref={index + 1 === at ? first : undefined}>{line}</mark> : line}
        </span>
      ))}
    </pre>
  )
}
