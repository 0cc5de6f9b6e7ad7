import type { z } from 'zod'
import { BASE62_128, randomBase62, sha256 } from '@/lib/agent/login/secret'
import type { Actor, Clock, FleetView, RunsPort } from '@/lib/agent/ports'
import { refuse } from '@/lib/agent/refusal'
import type { Db } from '@/lib/agent/store/schema'
import {
  countView,
  findSnapshot,
  insertSnapshot,
  listSnapshots,
  removeSnapshot,
  snapshotOwner,
} from '@/lib/agent/store/snapshots'
import { StoreUnwritable } from '@/lib/agent/store/sqlite'
import type {
  FrozenPage,
  SnapshotContent,
  SnapshotList,
  SnapshotPreview,
  snapshotCreate,
  snapshotCreated,
  snapshotRequest,
} from '@/lib/contract/snapshots'
import { type Frozen, freezeCause, freezeNode, freezeRun } from './content'
import { toMarkdown } from './markdown'
import { Masker, maskContent } from './mask'

type Subject = z.output<typeof snapshotRequest>['subject']

/** Frozen links (SEC-21…25). */
export interface Snapshots {
  preview(subject: Subject, mask: boolean, by: Actor): Promise<SnapshotPreview>
  /** @throws Refusal `no-such-preview` */
  create(request: z.output<typeof snapshotCreate>, by: Actor): Promise<z.output<typeof snapshotCreated>>
  list(): Promise<SnapshotList>
  /** @throws Refusal `no-such-snapshot`, `not-yours` */
  revoke(handle: string, by: Actor): Promise<void>
  /**
   * Content of a link; the same refusal for never, expired and revoked. A preview image is not a view.
   * @throws Refusal `no-such-snapshot`
   */
  read(id: string, isView: boolean): Promise<FrozenPage>
}

const LIFETIME_HOURS = { '1h': 1, '1d': 24, '7d': 168, '30d': 720 } as const
const PREVIEW_MS = 600_000
const MAX_PREVIEWS = 100

export interface SnapshotDeps {
  db: Db
  clock: Clock
  fleet: Pick<FleetView, 'node' | 'cause' | 'fleet'>
  runs: Pick<RunsPort, 'get'>
  /** Address people use, for links. */
  origin: string
}

/** Makes the snapshot service. Previews live in memory: ten minutes, one use, one person. */
export function createSnapshots(deps: SnapshotDeps): Snapshots {
  const previews = new Map<string, { content: SnapshotContent; user: string; until: number }>()
  const now = () => deps.clock.now()

  const freeze = async (subject: Subject): Promise<Frozen> => {
    const takenAt = now().toISOString()
    if (subject.kind === 'node') {
      const page = await deps.fleet.node(subject.name)
      if (page === null) throw refuse('no-such-node', { node: subject.name })
      return freezeNode(page, takenAt)
    }
    if (subject.kind === 'cause') {
      const page = deps.fleet.cause(subject.signature)
      if (page === null) throw refuse('no-such-cause')
      return freezeCause(page, takenAt)
    }
    const run = await deps.runs.get(subject.id)
    if (run === null) throw refuse('no-such-run', { run: subject.id })
    return freezeRun(run, takenAt)
  }

  return {
    preview: async (subject, mask, by) => {
      const frozen = await freeze(subject)
      const masker = mask ? new Masker(deps.fleet.fleet(null).nodes.map((node) => node.name)) : null
      const content = masker ? maskContent(frozen.content, masker) : frozen.content
      for (const [id, held] of previews)
        if (held.until <= now().getTime() || previews.size >= MAX_PREVIEWS) previews.delete(id)
      const previewId = randomBase62(128)
      previews.set(previewId, { content, user: by.user, until: now().getTime() + PREVIEW_MS })
      return {
        previewId,
        content,
        removed: [...frozen.removed, ...(masker?.replaced() ?? [])],
        markdown: toMarkdown(content),
      }
    },
    create: async (request, by) => {
      const held = previews.get(request.previewId)
      if (held === undefined || held.user !== by.user || held.until <= now().getTime()) throw refuse('no-such-preview')
      const id = randomBase62(128)
      const handle = randomBase62(64)
      const expiresAt = new Date(now().getTime() + LIFETIME_HOURS[request.expiresIn] * 3_600_000).toISOString()
      await insertSnapshot(deps.db, {
        idHash: sha256(id),
        handle,
        by: by.user,
        createdAt: now().toISOString(),
        expiresAt,
        content: held.content,
      })
      previews.delete(request.previewId)
      return { url: `${deps.origin}/s/${id}`, handle, expiresAt }
    },
    list: async () => ({ snapshots: await listSnapshots(deps.db, now().toISOString()) }),
    revoke: async (handle, by) => {
      if (!/^[0-9A-Za-z]{1,32}$/.test(handle)) throw refuse('no-such-snapshot')
      const owner = await snapshotOwner(deps.db, handle, now().toISOString())
      if (owner === null) throw refuse('no-such-snapshot')
      if (owner !== by.user && by.role !== 'admin') throw refuse('not-yours')
      await removeSnapshot(deps.db, handle)
    },
    read: async (id, isView) => {
      // Nothing but 22 base62 characters reaches the store (SEC-24).
      if (id.length !== BASE62_128 || !/^[0-9A-Za-z]+$/.test(id)) throw refuse('no-such-snapshot')
      const idHash = sha256(id)
      const content = await findSnapshot(deps.db, idHash, now().toISOString())
      if (content === null) throw refuse('no-such-snapshot')
      try {
        if (isView) await countView(deps.db, idHash, now().toISOString())
      } catch (error) {
        // A full disk must not hide a page that can be read.
        if (!(error instanceof StoreUnwritable)) throw error
      }
      return { content, origin: deps.origin }
    },
  }
}
