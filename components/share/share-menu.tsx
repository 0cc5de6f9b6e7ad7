'use client'

import { useQueryClient } from '@tanstack/react-query'
import { Braces, FileText, Link2, ListChecks, Printer, Share2, Snowflake } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { runMark } from '@/components/runs/words'
import { useHotkeys } from '@/components/shell/hotkeys'
import { useMayOperate } from '@/components/shell/session'
import { Button, Kbd } from '@/components/ui/button'
import { copyText } from '@/components/ui/copy-button'
import { Menu } from '@/components/ui/menu'
import type { CausePage, NodePage } from '@/lib/contract/api'
import { queries } from '@/lib/contract/queries'
import type { Run } from '@/lib/contract/runs'
import type { SnapshotSubject } from '@/lib/contract/snapshots'
import { liveLink, seenCause, seenNode, seenRun } from './seen'

// The dialog draws pictures: it comes when it is wanted.
const FrozenDialog = dynamic(() => import('./frozen-dialog').then((module) => module.FrozenDialog), { ssr: false })
const exporter = () => import('./export')

export type ShareMenuProps = { subject: Exclude<SnapshotSubject, { kind: 'explain' }> } & (
  | { page: NodePage }
  | { run: Run }
  | { cause: CausePage }
)

/** Ways to hand this page over, each saying what is inside and who can open it. */
export function ShareMenu(props: ShareMenuProps) {
  const { subject } = props
  const [open, setOpen] = useState(false)
  const [freezing, setFreezing] = useState(false)
  const may = useMayOperate()
  const router = useRouter()
  const client = useQueryClient()
  const server = () => client.getQueryData(queries.fleet().queryKey)?.cluster.server ?? null
  const now = () => new Date().toISOString()
  const markdown = async () => {
    const { markdownOf } = await exporter()
    await copyText(markdownOf(props, now(), server(), link(props)), 'Markdown')
  }
  const json = async () => {
    const { exported, download } = await exporter()
    const name = subject.kind === 'node' ? subject.name : subject.kind === 'run' ? subject.id : subject.signature
    download(`${name}.json`, JSON.stringify(exported(props, now(), server()), null, 2), 'application/json')
  }
  const copyLink = () => void copyText(link(props), 'Live link')
  useHotkeys({ s: () => setOpen(true), e: () => void markdown(), y: copyLink })
  return (
    <>
      <Menu
        label="Share"
        open={open}
        onOpenChange={(next) => {
          setOpen(next)
          // On hand when an item is chosen: browsers give the clipboard only soon after a click.
          if (next) void exporter()
        }}
        trigger={
          <Button>
            <Share2 size={14} aria-hidden="true" /> Share <Kbd>s</Kbd>
          </Button>
        }
        items={[
          {
            label: 'Copy live link',
            hint: 'This view as it will be, saying what changed since. Readers sign in',
            icon: <Link2 size={15} aria-hidden="true" />,
            onSelect: copyLink,
          },
          {
            label: 'Frozen link…',
            hint: may
              ? 'A redacted copy of now. Whoever has the link can read it until it ends'
              : 'Needs the operator role',
            icon: <Snowflake size={15} aria-hidden="true" />,
            disabled: !may,
            onSelect: () => setFreezing(true),
          },
          {
            label: 'Copy as Markdown',
            hint: 'Verdict, levels, fix and evidence in 60 lines, redacted, for a ticket',
            icon: <FileText size={15} aria-hidden="true" />,
            onSelect: () => void markdown(),
          },
          {
            label: 'Download JSON',
            hint: 'The same for machines',
            icon: <Braces size={15} aria-hidden="true" />,
            onSelect: () => void json(),
          },
          {
            label: 'Print or save as PDF',
            hint: 'This view, on white',
            icon: <Printer size={15} aria-hidden="true" />,
            // After the menu has closed: it would be on the paper.
            onSelect: () => setTimeout(() => window.print(), 100),
          },
          {
            label: 'What is shared',
            hint: 'Links that still open, who made them, how often they were read',
            icon: <ListChecks size={15} aria-hidden="true" />,
            onSelect: () => router.push('/doctor#shared'),
          },
        ]}
      />
      {freezing && <FrozenDialog subject={subject} onClose={() => setFreezing(false)} />}
    </>
  )
}

/** The address of this view, remembering what it shows now. */
function link(shown: ShareMenuProps): string {
  const now = Date.now()
  if ('page' in shown) return liveLink(location.href, seenNode(shown.page.report, now))
  if ('run' in shown) return liveLink(location.href, seenRun(runMark(shown.run).state, now))
  return liveLink(location.href, seenCause(shown.cause.cause.nodeCount, now))
}
