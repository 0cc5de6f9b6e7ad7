import { createRequire } from 'node:module'
import type { SqliteDatabase } from 'kysely'
import type LibsqlDatabase from 'libsql'

/** The store cannot be written: disk full, I/O error, read-only file system. Reads go on. */
export class StoreUnwritable extends Error {
  override name = 'StoreUnwritable'
}

/** Told after every statement how it ended. */
export interface WriteObserver {
  failed(code: string): void
  succeeded(): void
}

type Native = LibsqlDatabase.Database

// libsql is CommonJS with a native part: loaded when a store is opened, never by what only imports types.
const load = createRequire(import.meta.url)

/** Opens a libsql database file. */
export function openNative(path: string, busyMs: number): Native {
  const Database = load('libsql') as typeof LibsqlDatabase
  return new Database(path, { timeout: busyMs })
}

/** One value of a one-row pragma. */
export function pragma(native: Native, source: string): unknown {
  const rows: unknown = native.pragma(source)
  const first: unknown = Array.isArray(rows) ? rows[0] : rows
  return typeof first === 'object' && first !== null ? Object.values(first)[0] : first
}

/** The SQLite result code of an error, '' when it is none. */
export function sqliteCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : ''
}

const UNWRITABLE = /^SQLITE_(?:FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/

/**
 * libsql behind the interface Kysely's SQLite dialect drives. libsql aborts the whole process on a boolean parameter, returns
 * text only up to a NUL and gives ArrayBuffers back: all three are caught here.
 */
export function kyselyDatabase(native: Native, observer: WriteObserver): SqliteDatabase {
  const attempt = <T>(writes: boolean, run: () => T): T => {
    try {
      const result = run()
      if (writes) observer.succeeded()
      return result
    } catch (error) {
      const code = sqliteCode(error)
      if (!UNWRITABLE.test(code)) throw error
      observer.failed(code)
      throw new StoreUnwritable(`the store cannot be written (${code})`, { cause: error })
    }
  }
  return {
    close: () => {
      native.close()
    },
    prepare: (sql) => {
      // A failed statement may have rolled back on its own; rolling back again would hide the first error.
      if (sql === 'rollback' && !native.inTransaction) return nothing
      const statement = native.prepare(sql)
      return {
        reader: statement.reader,
        all: (parameters) => attempt(false, () => statement.all(checked(parameters)).map(withBytes)),
        run: (parameters) => attempt(sql === 'commit', () => statement.run(checked(parameters))),
        iterate: function* (parameters) {
          for (const row of statement.iterate(checked(parameters))) yield withBytes(row)
        },
      }
    },
  }
}

const nothing = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: function* () {},
}

function checked(parameters: readonly unknown[]): unknown[] {
  return parameters.map((value) => {
    if (value === null || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array)
      return value
    if (typeof value === 'string' && !value.includes('\0')) return value
    throw new TypeError(`the store takes no ${typeof value === 'string' ? 'text with NUL' : typeof value} parameter`)
  })
}

function withBytes(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      value instanceof ArrayBuffer ? new Uint8Array(value) : value,
    ]),
  )
}
