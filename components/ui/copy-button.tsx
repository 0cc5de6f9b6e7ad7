'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { toast } from './toast'

/** Puts text on the clipboard exactly as given, without a newline at its end, so that nothing runs on paste (SEC-20). */
export async function copyText(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text.replace(/\n+$/, ''))
    toast(`${what} copied`)
    return true
  } catch {
    toast('The browser refused the clipboard. Select the text and copy it by hand.', 'fail')
    return false
  }
}

export interface CopyButtonProps {
  text: string
  /** What is copied: "Command", "All steps". */
  what: string
  /** Shows words beside the icon. */
  label?: string
}

/** Copies what is shown beside it. */
export function CopyButton({ text, what, label }: CopyButtonProps) {
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return
    const timer = setTimeout(() => setDone(false), 1_600)
    return () => clearTimeout(timer)
  }, [done])
  const Icon = done ? Check : Copy
  return (
    <button
      type="button"
      aria-label={label ? undefined : `Copy ${what.toLowerCase()}`}
      onClick={async () => setDone(await copyText(text, what))}
      className="no-print inline-flex min-h-6 min-w-6 shrink-0 items-center justify-center gap-1.5 rounded-md px-1.5 text-xs text-muted hover:bg-line-soft hover:text-text"
    >
      <Icon size={14} aria-hidden="true" />
      {label}
    </button>
  )
}
