import { z } from 'zod'
import { runRow } from './runs'

/** Requests and answers about frozen snapshots (SEC-21…26). */

const time = z.string()

export const snapshotSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('node'), name: z.string() }),
  z.object({ kind: z.literal('cause'), signature: z.string() }),
  z.object({ kind: z.literal('run'), id: z.string() }),
])
export const snapshotRequest = z.object({
  subject: snapshotSubject,
  /** Replace host names, addresses and GUIDs by stable pseudonyms. */
  mask: z.boolean(),
  expiresIn: z.enum(['1h', '1d', '7d', '30d']),
})
/** Allow-listed copy of a page: self-contained, nothing else is ever sent to its reader. */
export const snapshotContent = z.object({
  title: z.string(),
  kind: z.enum(['node', 'cause', 'run']),
  takenAt: time,
  state: z.string(),
  headline: z.string(),
  levels: z.array(z.object({ number: z.number(), title: z.string(), shown: z.string(), line: z.string() })),
  causes: z.array(
    z.object({
      title: z.string(),
      summary: z.string(),
      fix: z.array(z.object({ text: z.string(), command: z.string().optional(), risk: z.string() })),
    }),
  ),
  checks: z.array(
    z.object({
      level: z.string(),
      title: z.string(),
      state: z.string(),
      summary: z.string(),
      findings: z.array(z.object({ subject: z.string(), status: z.string(), summary: z.string() })),
    }),
  ),
  rows: z.array(runRow).optional(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  readAt: time.nullable(),
  masked: z.boolean(),
})
/** What the web process renders a frozen link from; the origin is for the address of its preview image. */
export const frozenPage = z.object({ content: snapshotContent, origin: z.string() })
export const snapshotPreview = z.object({
  previewId: z.string(),
  content: snapshotContent,
  removed: z.array(z.string()),
  markdown: z.string(),
})
export const snapshotCreate = z.object({ previewId: z.string(), expiresIn: snapshotRequest.shape.expiresIn })
export const snapshotCreated = z.object({ url: z.string(), handle: z.string(), expiresAt: time })
/** Handles, never ids: the id is known only to who has the link. */
export const snapshotList = z.object({
  snapshots: z.array(
    z.object({
      handle: z.string(),
      title: z.string(),
      by: z.string(),
      createdAt: time,
      expiresAt: time,
      views: z.number(),
      lastViewAt: time.nullable(),
    }),
  ),
})

export type SnapshotContent = z.infer<typeof snapshotContent>
export type FrozenPage = z.infer<typeof frozenPage>
export type SnapshotPreview = z.infer<typeof snapshotPreview>
export type SnapshotList = z.infer<typeof snapshotList>
