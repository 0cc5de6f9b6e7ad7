import { z } from 'zod'
import { explainRequest } from './api'

/** Requests and answers about frozen snapshots (SEC-21…26). */

const time = z.string()

const shown = [
  z.object({ kind: z.literal('node'), name: z.string() }),
  z.object({ kind: z.literal('cause'), signature: z.string() }),
  z.object({ kind: z.literal('run'), id: z.string() }),
] as const
/** What a link was made of, as it is kept. */
export const snapshotSubject = z.discriminatedUnion('kind', [
  ...shown,
  z.object({ kind: z.literal('explain'), title: z.string() }),
])
/** What to make a link of: something Cairn shows, or captures a person pasted, which it has not kept. */
export const snapshotAsked = z.discriminatedUnion('kind', [
  ...shown,
  explainRequest.extend({ kind: z.literal('explain') }),
])
export const snapshotRequest = z.object({
  subject: snapshotAsked,
  /** Replace host names, addresses and GUIDs by stable pseudonyms. */
  mask: z.boolean(),
  expiresIn: z.enum(['1h', '1d', '7d', '30d']),
})

const snapshotKind = z.enum(['node', 'cause', 'run', 'explain'])
/** State word of a cell or fact; null where it has none. */
const mark = z.string().nullable().default(null)
/** A table of texts: nodes of a cause, evidence of a check, matrix of a run. */
export const frozenTable = z.object({
  title: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.object({ cells: z.array(z.object({ text: z.string(), state: mark })) })),
  /** Rows that did not fit. */
  more: z.number().default(0),
})
/** One measured message size. Its own shape: a run's may change, a snapshot stays. */
export const frozenRow = z.object({
  sizeBytes: z.number(),
  timeUsec: z.number().nullable(),
  algbwGBps: z.number().nullable(),
  busbwGBps: z.number().nullable(),
  wrong: z.number().nullable(),
})

/** Allow-listed copy of a page: self-contained, nothing else is ever sent to its reader. What came later has a default. */
export const snapshotContent = z.object({
  title: z.string(),
  kind: snapshotKind,
  takenAt: time,
  state: z.string(),
  headline: z.string(),
  /** Found and expected values that decided. */
  values: z
    .array(z.object({ label: z.string(), value: z.string(), expected: z.string(), source: z.string() }))
    .default([]),
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
  /** Lines of a raw answer that decided. */
  excerpt: z
    .object({
      title: z.string(),
      source: z.string(),
      lines: z.array(z.object({ text: z.string(), mark: z.boolean() })),
    })
    .nullable()
    .default(null),
  tables: z.array(frozenTable).default([]),
  rows: z.array(frozenRow).optional(),
  expected: z.object({ low: z.number(), high: z.number(), reasoning: z.string() }).nullable().default(null),
  facts: z.array(z.object({ label: z.string(), value: z.string(), state: mark })),
  readAt: time.nullable(),
  masked: z.boolean(),
})
/** What the web process renders a frozen link from; the origin is for the address of its preview image. */
export const frozenPage = z.object({ content: snapshotContent, origin: z.string(), expiresAt: time })
export const snapshotPreview = z.object({
  previewId: z.string(),
  content: snapshotContent,
  /** What a reader does not get, in words. */
  removed: z.array(z.string()),
  /** Which pseudonym stands for what. For the person who shares; never part of the link. */
  replaced: z.array(z.object({ from: z.string(), to: z.string() })),
  markdown: z.string(),
})
export const snapshotCreate = z.object({ previewId: z.string(), expiresIn: snapshotRequest.shape.expiresIn })
export const snapshotCreated = z.object({ url: z.string(), handle: z.string(), expiresAt: time })
/** Handles, never ids: the id is known only to who has the link. */
export const snapshotList = z.object({
  snapshots: z.array(
    z.object({
      handle: z.string(),
      kind: snapshotKind,
      title: z.string(),
      state: z.string(),
      /** What was shared, by its name here; null for links of a version that did not keep it. */
      subject: snapshotSubject.nullable(),
      masked: z.boolean(),
      by: z.string(),
      createdAt: time,
      expiresAt: time,
      views: z.number(),
      lastViewAt: time.nullable(),
    }),
  ),
})

export type SnapshotSubject = z.infer<typeof snapshotSubject>
export type SnapshotAsked = z.infer<typeof snapshotAsked>
export type SnapshotContent = z.infer<typeof snapshotContent>
export type FrozenTable = z.infer<typeof frozenTable>
export type FrozenRow = z.infer<typeof frozenRow>
export type FrozenPage = z.infer<typeof frozenPage>
export type SnapshotPreview = z.infer<typeof snapshotPreview>
export type SnapshotList = z.infer<typeof snapshotList>
