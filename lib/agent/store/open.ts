import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, SqliteDialect } from 'kysely'
import type { Clock } from '@/lib/agent/ports'
import { takeLock } from './lock'
import { MIGRATIONS } from './migrations'
import type { Db, Tables } from './schema'
import { kyselyDatabase, openNative, pragma, sqliteCode } from './sqlite'

/** The store cannot be used as it is: newer schema, network file system (exit 78). */
export class StoreUnusable extends Error {
  override name = 'StoreUnusable'
}

/** How the store is now, for the banner and the doctor page. */
export interface StoreHealth {
  state: 'ok' | 'read-only'
  reason?: string
  /** Where a corrupted file was moved at start; null when it was sound. */
  movedTo: string | null
}

export interface Store {
  db: Db
  path: string
  health(): StoreHealth
  /** Tries one write, so that a full disk that has space again is noticed without anybody's action. */
  probe(now: Date): Promise<boolean>
  close(): Promise<void>
}

/**
 * Opens the store: takes the lock, moves a corrupted file aside, migrates, WAL with `synchronous=FULL`.
 * @throws AlreadyRunning, StoreUnusable
 */
export function openStore(path: string, clock: Clock): Store {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  refuseNetworkFileSystem(dirname(path))
  const unlock = takeLock(path)
  try {
    const movedTo = isSound(path) ? null : moveAside(path, clock)
    // SQLite gives its companions the mode of the file: only this user may read evidence.
    closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
    const native = openNative(path, 5_000)
    // Pragmas that set a value answer a row in libsql: read it, or the statement stays open.
    pragma(native, 'journal_mode=WAL')
    native.exec('PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000')
    migrate(native)
    return assemble(path, native, movedTo, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

function assemble(
  path: string,
  native: ReturnType<typeof openNative>,
  movedTo: string | null,
  unlock: () => void,
): Store {
  let problem: string | null = null
  const database = kyselyDatabase(native, {
    failed: (code) => {
      problem = code
    },
    succeeded: () => {
      problem = null
    },
  })
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
  return {
    db,
    path,
    health: () => ({
      state: problem === null ? 'ok' : 'read-only',
      ...(problem === null
        ? movedTo === null
          ? {}
          : { reason: `The store was corrupted and moved to ${movedTo}: history starts anew.` }
        : { reason: words(problem) }),
      movedTo,
    }),
    probe: async (now) => {
      try {
        await db.transaction().execute(async (trx) => {
          const row = { key: 'probed_at', value: now.toISOString() }
          await trx.replaceInto('meta').values(row).execute()
        })
        return true
      } catch (error) {
        problem ??= sqliteCode(error) || 'write failed'
        return false
      }
    },
    close: async () => {
      try {
        pragma(native, 'wal_checkpoint(TRUNCATE)')
      } finally {
        await db.destroy()
        unlock()
      }
    },
  }
}

function words(code: string): string {
  if (code.startsWith('SQLITE_FULL')) return 'The disk that holds the store is full.'
  if (code.startsWith('SQLITE_READONLY')) return 'The file of the store is read-only.'
  return `The store cannot be written (${code}).`
}

/** WAL needs shared memory on one host (F-53). */
function refuseNetworkFileSystem(folder: string): void {
  const NETWORK: Readonly<Record<number, string>> = {
    26985: 'NFS',
    20859: 'SMB',
    4283649346: 'CIFS',
    4266872130: 'SMB2',
  }
  const kind = NETWORK[statfsSync(folder).type]
  if (kind) throw new StoreUnusable(`the store cannot live on ${kind} (${folder}): SQLite's WAL needs a local disk`)
}

/** False when the file is there but damaged (F-50). */
function isSound(path: string): boolean {
  if (!existsSync(path)) return true
  const native = openNative(path, 5_000)
  try {
    return pragma(native, 'quick_check(1)') === 'ok'
  } catch (error) {
    const code = sqliteCode(error)
    if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return false
    throw error
  } finally {
    native.close()
  }
}

function moveAside(path: string, clock: Clock): string {
  const target = `${path}.corrupt-${clock.now().toISOString().replaceAll(':', '-')}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix)
  }
  return target
}

function migrate(native: ReturnType<typeof openNative>): void {
  const version = Number(pragma(native, 'user_version'))
  if (version > MIGRATIONS.length) {
    throw new StoreUnusable(
      `the store was written by a newer Cairn (schema ${version}, this one knows ${MIGRATIONS.length}): start that version, or move the file away`,
    )
  }
  if (version === MIGRATIONS.length) return
  native.exec('BEGIN IMMEDIATE')
  try {
    for (const step of MIGRATIONS.slice(version)) native.exec(step)
    native.exec(`PRAGMA user_version=${MIGRATIONS.length}; COMMIT`)
  } catch (error) {
    if (native.inTransaction) native.exec('ROLLBACK')
    throw error
  }
}
