import type { z } from 'zod'
import { LIMITS, type RateLimits } from '@/lib/agent/login/limits'
import { BASE62_128, randomBase62, sha256 } from '@/lib/agent/login/secret'
import type { Actor, Clock, ExplainPort, FleetView, RunsPort } from '@/lib/agent/ports'
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
  SnapshotAsked,
  SnapshotContent,
  SnapshotList,
  SnapshotPreview,
  SnapshotSubject,
  snapshotCreate,
  snapshotCreated,
} from '@/lib/contract/snapshots'
import type { Frozen } from '@/lib/frozen/allow-list'
import { freezeCause, freezeNode, freezeRun } from '@/lib/frozen/content'
import { freezeExplained, machinesIn } from '@/lib/frozen/explained'
import { toMarkdown } from '@/lib/frozen/markdown'
import { Masker, maskContent } from '@/lib/frozen/mask'
import type { Own } from '@/lib/frozen/never'

/** Frozen links (SEC-21…25). */
export interface Snapshots {
  preview(asked: SnapshotAsked, mask: boolean, by: Actor): Promise<SnapshotPreview>
  /** @throws Refusal `no-such-preview` */
  create(request: z.output<typeof snapshotCreate>, by: Actor): Promise<z.output<typeof snapshotCreated>>
  list(): Promise<SnapshotList>
  /** @throws Refusal `no-such-snapshot`, `not-yours` */
  revoke(handle: string, by: Actor): Promise<void>
  /**
   * Content of a link; the same refusal for never, expired and revoked. A preview image is not a view.
   * @throws Refusal `no-such-snapshot`, `too-many`
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
  /** Reads captures again that a person wants to keep: until then nothing of them is stored. */
  explain: ExplainPort
  limits: RateLimits
  /** Address people use, for links. */
  origin: string
  /** What of Cairn itself no link may hold, and machines whose names are masked beside those of nodes. */
  own(): Own & { hosts: readonly string[] }
}

/** A frozen page with the names it holds and what is kept of where it came from. */
interface Held extends Frozen {
  names: readonly string[]
  subject: SnapshotSubject
}

interface Preview {
  subject: SnapshotSubject
  content: SnapshotContent
  user: string
  until: number
}

/** Makes the snapshot service. Previews live in memory: ten minutes, one use, one person. */
export function createSnapshots(deps: SnapshotDeps): Snapshots {
  const previews = new Map<string, Preview>()
  const now = () => deps.clock.now()

  const freeze = async (subject: SnapshotAsked): Promise<Held> => {
    const takenAt = now().toISOString()
    const own = deps.own()
    if (subject.kind === 'node') {
      const page = await deps.fleet.node(subject.name)
      if (page === null) throw refuse('no-such-node', { node: subject.name })
      return { ...freezeNode(page, takenAt, own), names: [page.report.node], subject }
    }
    if (subject.kind === 'cause') {
      const page = deps.fleet.cause(subject.signature)
      if (page === null) throw refuse('no-such-cause')
      return { ...freezeCause(page, takenAt, own), names: page.nodes.map((node) => node.name), subject }
    }
    if (subject.kind === 'explain') {
      const explained = await deps.explain.explain({ captures: subject.captures })
      const frozen = freezeExplained(explained, takenAt, own)
      return { ...frozen, names: machinesIn(explained), subject: { kind: 'explain', title: frozen.content.title } }
    }
    const run = await deps.runs.get(subject.id)
    if (run === null) throw refuse('no-such-run', { run: subject.id })
    return { ...freezeRun(run, takenAt, own), names: run.nodes, subject }
  }

  return {
    preview: async (asked, mask, by) => {
      const frozen = await freeze(asked)
      const { subject } = frozen
      // Nodes that have left the fleet since a run are named by the subject alone.
      const nodes = [...frozen.names, ...deps.fleet.fleet(null).nodes.map((node) => node.name)]
      const masker = mask ? new Masker(nodes, deps.own().hosts) : null
      const content = masker ? maskContent(frozen.content, masker) : frozen.content
      for (const [id, held] of previews)
        if (held.until <= now().getTime() || previews.size >= MAX_PREVIEWS) previews.delete(id)
      const previewId = randomBase62(128)
      previews.set(previewId, { subject, content, user: by.user, until: now().getTime() + PREVIEW_MS })
      return {
        previewId,
        content,
        removed: [...frozen.removed, ...(masker?.replaced() ?? [])],
        replaced: masker?.pairs() ?? [],
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
        subject: held.subject,
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
      const found = await findSnapshot(deps.db, idHash, now().toISOString())
      // Guesses share one budget and each link has its own, so that who guesses keeps nobody from a link.
      await deps.limits.take(
        found ? `frozen:${idHash}` : 'frozen:unknown',
        LIMITS[found ? 'frozenLink' : 'frozenUnknown'],
      )
      if (found === null) throw refuse('no-such-snapshot')
      try {
        if (isView) await countView(deps.db, idHash, now().toISOString())
      } catch (error) {
        // A full disk must not hide a page that can be read.
        if (!(error instanceof StoreUnwritable)) throw error
      }
      return { ...found, origin: deps.origin }
    },
  }
}
