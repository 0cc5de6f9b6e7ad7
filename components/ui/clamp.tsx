'use client'

import { useEffect, useId, useRef, useState } from 'react'

const LINES = { 2: 'line-clamp-2', 3: 'line-clamp-3', 4: 'line-clamp-4' } as const

export interface ClampProps {
  text: string
  lines: keyof typeof LINES
  className?: string
}

/** Text cut to a few lines; the rest on demand. The button is there only where something is cut. */
export function Clamp({ text, lines, className = '' }: ClampProps) {
  const box = useRef<HTMLParagraphElement>(null)
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const [isCut, setCut] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text has another height
  useEffect(() => {
    const element = box.current
    if (!element) return
    const measure = () => setCut(element.scrollHeight > element.clientHeight + 1)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [text, isOpen])
  return (
    <div className={className}>
      <p id={id} ref={box} className={isOpen ? '' : LINES[lines]}>
        {text}
      </p>
      {(isCut || isOpen) && (
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
          className="no-print link min-h-6 text-xs"
        >
          {isOpen ? 'Less' : 'All of it'}
        </button>
      )}
    </div>
  )
}
