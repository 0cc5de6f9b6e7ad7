import type { CausePage } from '@/lib/contract/api'
import type { Run } from '@/lib/contract/runs'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import { freezeCause, freezeNode, freezeRun, type NodeCopy } from '@/lib/frozen/content'
import { toMarkdown } from '@/lib/frozen/markdown'
import { NOTHING_OWN } from '@/lib/frozen/never'

/** A page that can be exported. */
export type Shown = { page: NodeCopy } | { run: Run } | { cause: CausePage }

/**
 * What an export holds: the same allow-listed, redacted copy as a frozen link (SEC-26).
 * @param server address of the API server, which no export holds; null when not known here
 */
export function exported(shown: Shown, takenAt: string, server: string | null): SnapshotContent {
  const url = server !== null && URL.canParse(server) ? new URL(server) : null
  const own = { ...NOTHING_OWN, servers: url ? [url.host, url.hostname] : [] }
  if ('page' in shown) return freezeNode(shown.page, takenAt, own).content
  return 'run' in shown ? freezeRun(shown.run, takenAt, own).content : freezeCause(shown.cause, takenAt, own).content
}

/** The page for a ticket. */
export function markdownOf(shown: Shown, takenAt: string, server: string | null, url: string): string {
  return toMarkdown(exported(shown, takenAt, server), url)
}

/** Hands a text to the browser as a file. */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName(name)
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** A name that every file system takes. */
export function fileName(name: string): string {
  return name.replace(/[^\w.-]+/g, '_').slice(0, 80)
}
