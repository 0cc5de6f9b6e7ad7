'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { useLog } from './use-log'

const ROW = 19

export interface RunLogProps {
  id: string
  /** Lines that the agent has. */
  lines: number
  firstError: string | null
  active: boolean
}

/** The tail of a run's log; the first error stands on top. Following stops when one scrolls up. */
export function RunLog({ id, lines: known, firstError, active }: RunLogProps) {
  const log = useLog(id, known, active)
  const box = useRef<HTMLDivElement>(null)
  const [follow, setFollow] = useState(true)
  const virtual = useVirtualizer({
    count: log.lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 20,
  })
  const last = log.lines.length - 1
  useEffect(() => {
    if (follow && last >= 0) virtual.scrollToIndex(last, { align: 'end' })
  }, [follow, last, virtual])
  const [text, setText] = useState('')
  const [foundAt, setFoundAt] = useState(-1)
  const go = (index: number) => {
    setFollow(false)
    virtual.scrollToIndex(index, { align: 'center' })
  }
  /** The next line with the text, from the top again after the last. */
  const find = () => {
    const wanted = text.trim().toLowerCase()
    const has = (line: string) => line.toLowerCase().includes(wanted)
    const after = log.lines.findIndex((line, index) => index > foundAt && has(line))
    const next = wanted === '' ? -1 : after >= 0 ? after : log.lines.findIndex(has)
    setFoundAt(next)
    if (next >= 0) go(next)
  }
  const errorAt = firstError === null ? -1 : log.lines.findIndex((line) => line.includes(firstError))
  return (
    <section aria-labelledby="run-log" className="panel overflow-hidden">
      <div className="panel-head">
        <h2 id="run-log" className="text-base font-semibold">
          Log
        </h2>
        <span className="text-sm text-muted">
          {known.toLocaleString('en')} lines
          {log.skipped > 0 ? `, the last ${log.lines.length.toLocaleString('en')} here` : ''}
        </span>
        <span className="flex-1" />
        <form
          role="search"
          onSubmit={(event) => {
            event.preventDefault()
            find()
          }}
        >
          <input
            type="search"
            aria-label="Find in the log"
            aria-description="Enter goes to the next line with it"
            placeholder="Find"
            value={text}
            onChange={(event) => {
              setText(event.target.value)
              setFoundAt(-1)
            }}
            className="h-7 w-28 rounded-md border border-line bg-bg px-2.5 text-sm placeholder:text-faint"
          />
        </form>
        <Button
          variant="quiet"
          className="min-h-7 px-2 text-xs"
          aria-pressed={follow}
          onClick={() => setFollow(!follow)}
        >
          {follow ? 'Following' : 'Follow'}
        </Button>
      </div>
      {firstError !== null && (
        <div className="border-b border-line-soft bg-fail-bg px-3.5 py-2 text-sm" data-verdict="fail">
          <p className="flex items-center justify-between gap-2 text-xs font-semibold text-fail">
            First error
            {errorAt >= 0 && (
              <button type="button" className="link min-h-6 font-normal" onClick={() => go(errorAt)}>
                Show in the log
              </button>
            )}
          </p>
          <code className="text-xs">{firstError}</code>
        </div>
      )}
      {log.problem && <p className="px-3.5 py-2 text-sm text-warn">{log.problem}</p>}
      {log.lines.length === 0 && !log.problem ? (
        <p className="px-3.5 py-4 text-sm text-muted">{active ? 'No line yet.' : 'There is no log.'}</p>
      ) : (
        <div
          ref={box}
          tabIndex={0}
          role="region"
          aria-label="Log lines"
          onWheel={(event) => event.deltaY < 0 && setFollow(false)}
          onKeyDown={(event) => ['PageUp', 'ArrowUp', 'Home'].includes(event.key) && setFollow(false)}
          className="raw h-80 overflow-auto px-3.5 py-2"
        >
          <div className="relative w-max min-w-full" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => (
              <div
                key={item.index}
                className={`absolute left-0 whitespace-pre ${item.index === foundAt ? 'bg-running-bg text-text' : item.index === errorAt ? 'bg-fail-bg text-text' : ''}`}
                style={{ height: ROW, transform: `translateY(${item.start}px)` }}
              >
                {log.lines[item.index]}
              </div>
            ))}
          </div>
        </div>
      )}
    </section>
  )
}
