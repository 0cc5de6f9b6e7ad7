'use client'

import { Braces, FileText, Link2, Share2, Snowflake } from 'lucide-react'
import { useState } from 'react'
import { runMark } from '@/components/runs/words'
import { useHotkeys } from '@/components/shell/hotkeys'
import { useMayOperate } from '@/components/shell/session'
import { Button, Kbd } from '@/components/ui/button'
import { copyText } from '@/components/ui/copy-button'
import { Menu } from '@/components/ui/menu'
import type { CausePage, NodePage } from '@/lib/contract/api'
import type { Run } from '@/lib/contract/runs'
import { FrozenDialog, type Subject } from './frozen-dialog'
import { causeMarkdown, nodeMarkdown, runMarkdown } from './markdown'
import { liveLink, seenCause, seenNode, seenRun } from './seen'

export interface ShareMenuProps {
  subject: Subject
  page?: NodePage
  run?: Run
  cause?: CausePage
}

/** Ways to hand this page over, each saying what is inside and who can open it. */
export function ShareMenu({ subject, page, run, cause }: ShareMenuProps) {
  const [open, setOpen] = useState(false)
  const [freezing, setFreezing] = useState(false)
  const may = useMayOperate()
  const markdown = () => {
    const url = location.href
    const text = page ? nodeMarkdown(page, url) : run ? runMarkdown(run, url) : cause ? causeMarkdown(cause, url) : url
    void copyText(text, 'Markdown')
  }
  const name = subject.kind === 'node' ? subject.name : subject.kind === 'run' ? subject.id : subject.signature
  const link = () => {
    const now = Date.now()
    if (page) return liveLink(location.href, seenNode(page.report, now))
    if (run) return liveLink(location.href, seenRun(runMark(run).state, now))
    return cause ? liveLink(location.href, seenCause(cause.cause.nodeCount, now)) : location.href
  }
  useHotkeys({ s: () => setOpen(true), e: page || run || cause ? markdown : undefined })
  return (
    <>
      <Menu
        label="Share"
        open={open}
        onOpenChange={setOpen}
        trigger={
          <Button>
            <Share2 size={14} aria-hidden="true" /> Share <Kbd>s</Kbd>
          </Button>
        }
        items={[
          {
            label: 'Copy live link',
            hint: 'This view as it will be, saying what changed since; readers sign in',
            icon: <Link2 size={15} aria-hidden="true" />,
            onSelect: () => void copyText(link(), 'Live link'),
          },
          {
            label: 'Frozen link…',
            hint: may
              ? 'A redacted copy of now; whoever has the link can read it until it expires'
              : 'Needs the operator role',
            icon: <Snowflake size={15} aria-hidden="true" />,
            disabled: !may,
            onSelect: () => setFreezing(true),
          },
          ...(page || run || cause
            ? [
                {
                  label: 'Copy as Markdown',
                  hint: 'Verdict, levels, evidence and fix, for a ticket',
                  icon: <FileText size={15} aria-hidden="true" />,
                  onSelect: markdown,
                },
                {
                  label: 'Download JSON',
                  hint: 'Everything on this page, for machines',
                  icon: <Braces size={15} aria-hidden="true" />,
                  onSelect: () => download(`${name}.json`, JSON.stringify(page ?? run ?? cause, null, 2)),
                },
              ]
            : []),
        ]}
      />
      {freezing && <FrozenDialog subject={subject} onClose={() => setFreezing(false)} />}
    </>
  )
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name.replace(/[^\w.-]/g, '_')
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
