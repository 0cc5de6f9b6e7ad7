import { Logo } from '@/components/shell/logo'
import { CopyButton } from '@/components/ui/copy-button'
import { Toasts } from '@/components/ui/toast'
import type { FrozenPage as Frozen } from '@/lib/contract/snapshots'
import { toMarkdown } from '@/lib/frozen/markdown'
import { fileName } from './export'
import { SnapshotView } from './snapshot-view'

/** Why there is nothing to show although there may be a link. */
export type NotNow = 'agent-down' | 'too-many'

const WHY: Readonly<Record<NotNow, string>> = {
  'agent-down': 'This page cannot be shown right now. Try the link again in a minute.',
  'too-many': 'Too many frozen pages are being opened. Try the link again in a minute.',
}

/** The page behind a frozen link: the copy, what it is, and the same for machines and tickets. All of it is in this document. */
export function FrozenPage({ page }: { page: Frozen | NotNow }) {
  return (
    <main className="mx-auto max-w-6xl px-4 pt-5 pb-14 md:px-6">
      <header className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
        <span className="flex items-center gap-2 font-semibold text-text">
          <span className="text-accent">
            <Logo />
          </span>
          Cairn
        </span>
        <span>A frozen page: it does not change, and ends by itself.</span>
        {typeof page !== 'string' && <Stamp page={page} />}
      </header>
      {typeof page === 'string' ? (
        <>
          <h1 className="sr-only">Frozen page</h1>
          <p role="alert" className="panel px-4 py-6">
            {WHY[page]}
          </p>
        </>
      ) : (
        <>
          <SnapshotView content={page.content} />
          <Files page={page} />
        </>
      )}
      <Toasts />
    </main>
  )
}

function Stamp({ page: { content, expiresAt } }: { page: Frozen }) {
  return (
    <span className="ml-auto flex flex-wrap gap-x-4 max-md:ml-0">
      <span>
        Frozen <At time={content.takenAt} />
      </span>
      {content.kind === 'node' && content.readAt && (
        <span>
          node read <At time={content.readAt} />
        </span>
      )}
      <span className="no-print">
        ends <At time={expiresAt} />
      </span>
      {content.masked && <span>names and addresses are pseudonyms</span>}
    </span>
  )
}

/** A time for people of any zone: without scripts nobody could know theirs. */
function At({ time }: { time: string }) {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(time)
  return (
    <time dateTime={time} className="whitespace-nowrap text-text">
      {isTime ? `${time.slice(0, 16).replace('T', ' ')} UTC` : time}
    </time>
  )
}

function Files({ page: { content } }: { page: Frozen }) {
  const markdown = toMarkdown(content)
  const name = fileName(content.title)
  const file = (type: string, text: string) => `data:${type};charset=utf-8,${encodeURIComponent(text)}`
  return (
    <footer className="no-print mt-6 flex flex-wrap items-center gap-x-5 gap-y-1 text-sm text-muted">
      <span>Take it along:</span>
      {/* In the document itself, so that it needs no call and holds exactly what is shown. */}
      <a className="link" download={`${name}.json`} href={file('application/json', JSON.stringify(content, null, 2))}>
        JSON
      </a>
      <a className="link" download={`${name}.md`} href={file('text/markdown', markdown)}>
        Markdown
      </a>
      <CopyButton text={markdown} what="Markdown" label="Copy as Markdown" />
    </footer>
  )
}
