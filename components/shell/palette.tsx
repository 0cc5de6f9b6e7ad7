'use client'

import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { StateIcon } from '@/components/state/state-mark'
import { copyText } from '@/components/ui/copy-button'
import { queries } from '@/lib/contract/queries'

const PAGES = [
  ['Fleet', '/'],
  ['Causes', '/causes'],
  ['Runs', '/runs'],
  ['New run', '/runs/new'],
  ['Explain a capture', '/explain'],
  ['Checks', '/checks'],
  ['Doctor: can Cairn see?', '/doctor'],
] as const

/** Most nodes, causes or checks shown at once: the rest is one more letter away. */
const LIMIT = 12

export interface PaletteProps {
  open: boolean
  onOpenChange(open: boolean): void
  onTheme(): void
  onHelp(): void
}

/** Search over everything the page knows, and the actions without a page. */
export function Palette({ open, onOpenChange, onTheme, onHelp }: PaletteProps) {
  const router = useRouter()
  const [text, setText] = useState('')
  const fleet = useQuery({ ...queries.fleet(), enabled: open })
  const checks = useQuery({ ...queries.checks(), enabled: open })
  const wanted = text.trim().toLowerCase()
  const has = (...words: string[]) => words.some((word) => word.toLowerCase().includes(wanted))
  const nodes = (fleet.data?.nodes ?? []).filter((node) => wanted && has(node.name)).slice(0, LIMIT)
  const causes = (fleet.data?.causes ?? []).filter((cause) => has(cause.title, cause.id)).slice(0, wanted ? LIMIT : 5)
  const found = wanted
    ? (checks.data?.checks ?? []).filter((check) => has(check.id, check.title.fail)).slice(0, LIMIT)
    : []
  const close = (action: () => void) => () => {
    onOpenChange(false)
    setText('')
    action()
  }
  const go = (path: string) => close(() => router.push(path))
  return (
    <Command.Dialog
      open={open}
      onOpenChange={onOpenChange}
      label="Search"
      shouldFilter={false}
      overlayClassName="fixed inset-0 z-40 bg-(--scrim)"
      contentClassName="motion-rise fixed inset-x-3 top-[12vh] z-50 mx-auto max-w-xl overflow-hidden rounded-lg border border-line bg-surface shadow-(--shadow)"
    >
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="Node, cause, check, page…"
        className="h-12 w-full border-b border-line-soft bg-transparent px-4 text-[0.95rem] outline-none placeholder:text-faint"
      />
      <Command.List className="max-h-[56vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-4 text-sm text-muted">Nothing is called “{text}”.</Command.Empty>
        <Group heading="Nodes">
          {nodes.map((node) => (
            <Item key={node.name} value={`node ${node.name}`} onSelect={go(`/nodes/${encodeURIComponent(node.name)}`)}>
              <span data-verdict={node.state} className="text-state">
                <StateIcon state={node.state} />
              </span>
              <span className="font-medium">{node.name}</span>
              <span className="min-w-0 truncate text-muted">{node.headline}</span>
            </Item>
          ))}
        </Group>
        <Group heading="Causes">
          {causes.map((cause) => (
            <Item
              key={cause.signature}
              value={`cause ${cause.signature}`}
              onSelect={go(`/causes/${encodeURIComponent(cause.signature)}`)}
            >
              <span className="w-8 text-right font-mono text-muted">{cause.nodeCount}</span>
              <span className="min-w-0 truncate">{cause.title}</span>
            </Item>
          ))}
        </Group>
        <Group heading="Checks">
          {found.map((check) => (
            <Item key={check.id} value={`check ${check.id}`} onSelect={go(`/checks/${check.id}`)}>
              <span className="font-mono text-xs text-muted">{check.id}</span>
              <span className="min-w-0 truncate">{check.title.fail}</span>
            </Item>
          ))}
        </Group>
        <Group heading="Go to">
          {PAGES.filter(([title]) => has(title)).map(([title, path]) => (
            <Item key={path} value={`page ${path}`} onSelect={go(path)}>
              {title}
            </Item>
          ))}
        </Group>
        <Group heading="Do">
          {[
            { title: 'Copy the link to this view', act: () => void copyText(location.href, 'Link to this view') },
            { title: 'Switch between dark and light', act: onTheme },
            { title: 'Help and keyboard', act: onHelp },
          ]
            .filter((action) => has(action.title))
            .map((action) => (
              <Item key={action.title} value={`do ${action.title}`} onSelect={close(action.act)}>
                {action.title}
              </Item>
            ))}
        </Group>
      </Command.List>
    </Command.Dialog>
  )
}

function Group({ heading, children }: { heading: string; children: readonly ReactNode[] }) {
  if (children.length === 0) return null
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  )
}

function Item({ value, onSelect, children }: { value: string; onSelect(): void; children: ReactNode }) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm data-[selected=true]:bg-line-soft"
    >
      {children}
    </Command.Item>
  )
}
