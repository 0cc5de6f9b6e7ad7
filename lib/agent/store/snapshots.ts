import { sameDigest } from '@/lib/agent/login/secret'
import {
  type SnapshotContent,
  type SnapshotList,
  type SnapshotSubject,
  snapshotContent,
  snapshotList,
} from '@/lib/contract/snapshots'
import { pack, unpack } from './packed'
import type { Db } from './schema'

export interface NewSnapshot {
  idHash: string
  handle: string
  by: string
  createdAt: string
  expiresAt: string
  content: SnapshotContent
  subject: SnapshotSubject
}

/** A live snapshot as found by its id. */
export interface StoredSnapshot {
  content: SnapshotContent
  expiresAt: string
}

const about = snapshotList.shape.snapshots.element.pick({ kind: true, state: true, subject: true, masked: true })

/** Keeps a frozen page; only the digest of its id. */
export async function insertSnapshot(db: Db, snapshot: NewSnapshot): Promise<void> {
  const { kind, state, masked } = snapshot.content
  const row = {
    id_hash: snapshot.idHash,
    handle: snapshot.handle,
    title: snapshot.content.title,
    created_by: snapshot.by,
    created_at: snapshot.createdAt,
    expires_at: snapshot.expiresAt,
    views: 0,
    last_view_at: null,
    body: pack(snapshot.content),
    about: JSON.stringify({ kind, state, masked, subject: snapshot.subject }),
  }
  await db.transaction().execute((trx) => trx.insertInto('snapshots').values(row).execute())
}

/** A live snapshot; null when never, expired or revoked: one query, whichever it is. */
export async function findSnapshot(db: Db, idHash: string, now: string): Promise<StoredSnapshot | null> {
  const row = await db
    .selectFrom('snapshots')
    .select(['body', 'id_hash', 'expires_at'])
    .where('id_hash', '=', idHash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  // The index has compared the digests already; this holds whatever a store may think of collations and prefixes (M-17).
  if (row === undefined || !sameDigest(row.id_hash, idHash)) return null
  const content = unpack(row.body, snapshotContent)
  return content && { content, expiresAt: row.expires_at }
}

/** Counts one view. */
export async function countView(db: Db, idHash: string, now: string): Promise<void> {
  await db
    .updateTable('snapshots')
    .set((update) => ({ views: update('views', '+', 1), last_view_at: now }))
    .where('id_hash', '=', idHash)
    .execute()
}

/** Live snapshots by handle, newest first. */
export async function listSnapshots(db: Db, now: string): Promise<SnapshotList['snapshots']> {
  const rows = await db
    .selectFrom('snapshots')
    .select(['handle', 'title', 'created_by', 'created_at', 'expires_at', 'views', 'last_view_at', 'about'])
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .limit(500)
    .execute()
  return rows.map((row) => ({
    handle: row.handle,
    title: row.title,
    by: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    views: row.views,
    lastViewAt: row.last_view_at,
    ...aboutOf(row.about),
  }))
}

/** Who made a live snapshot; null when there is none of that handle. */
export async function snapshotOwner(db: Db, handle: string, now: string): Promise<string | null> {
  const row = await db
    .selectFrom('snapshots')
    .select('created_by')
    .where('handle', '=', handle)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row?.created_by ?? null
}

/** Removes a snapshot at once. */
export async function removeSnapshot(db: Db, handle: string): Promise<void> {
  await db.transaction().execute((trx) => trx.deleteFrom('snapshots').where('handle', '=', handle).execute())
}

function aboutOf(text: string): Pick<SnapshotList['snapshots'][number], 'kind' | 'state' | 'subject' | 'masked'> {
  const unknown = { kind: 'node', state: 'unknown', subject: null, masked: false } as const
  if (text === '') return unknown
  try {
    return about.parse(JSON.parse(text))
  } catch {
    return unknown
  }
}
