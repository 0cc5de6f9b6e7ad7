import type { SnapshotContent, SnapshotList } from '@/lib/contract/snapshots'
import { snapshotContent } from '@/lib/contract/snapshots'
import { pack, unpack } from './packed'
import type { Db } from './schema'

export interface NewSnapshot {
  idHash: string
  handle: string
  by: string
  createdAt: string
  expiresAt: string
  content: SnapshotContent
}

/** Keeps a frozen page; only the digest of its id. */
export async function insertSnapshot(db: Db, snapshot: NewSnapshot): Promise<void> {
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
  }
  await db.transaction().execute((trx) => trx.insertInto('snapshots').values(row).execute())
}

/** The content of a live snapshot; null when never, expired or revoked. */
export async function findSnapshot(db: Db, idHash: string, now: string): Promise<SnapshotContent | null> {
  const row = await db
    .selectFrom('snapshots')
    .select('body')
    .where('id_hash', '=', idHash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row ? unpack(row.body, snapshotContent) : null
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
    .select(['handle', 'title', 'created_by', 'created_at', 'expires_at', 'views', 'last_view_at'])
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
