import type { Actor, Clock } from '@/lib/agent/ports'
import type { Db } from '@/lib/agent/store/schema'
import { StoreUnwritable } from '@/lib/agent/store/sqlite'
import { role as roleSchema } from '@/lib/contract/api'
import { randomBase62, sha256 } from './secret'
import type { TokenOwner, Tokens } from './tokens'

/** A live session, as found by its cookie. */
export interface LiveSession extends Actor {
  /** Hash of the id: what names the session inside the agent. */
  idHash: string
  mode: 'launch-token' | 'tokens'
  csrf: string
  expiresAt: string
}

export interface Sessions {
  /** Opens a session with a new id; the id is returned once and stored only as its hash. */
  open(owner: TokenOwner): Promise<{ id: string; session: LiveSession }>
  /** The live session of a cookie; null when unknown, idle too long, too old, or its token is gone. */
  find(id: string): Promise<LiveSession | null>
  close(idHash: string): Promise<void>
}

/** How long a session lives, hours. */
export interface Lifetimes {
  idleHours: number
  absoluteHours: number
}

interface Row {
  id_hash: string
  user: string
  role: string
  mode: string
  token_hash: string | null
  created_at: string
  seen_at: string
}

const HOUR = 3_600_000
/** A session's last use is written at most this often. */
const SEEN_EVERY = 60_000

/** Sessions in the store (SEC-06); while it cannot be written, new ones live in memory so that people can still sign in. */
export function sessionsIn(db: Db, clock: Clock, tokens: Tokens, lifetimes: Lifetimes): Sessions {
  const volatile = new Map<string, Row>()

  const describe = (id: string, row: Row): LiveSession | null => {
    const now = clock.now().getTime()
    const idleEnd = Date.parse(row.seen_at) + lifetimes.idleHours * HOUR
    const end = Date.parse(row.created_at) + lifetimes.absoluteHours * HOUR
    const role = roleSchema.safeParse(row.role)
    if (now >= idleEnd || now >= end || !role.success || !tokens.stillValid(row.token_hash)) return null
    return {
      idHash: row.id_hash,
      user: row.user,
      role: role.data,
      mode: row.mode === 'tokens' ? 'tokens' : 'launch-token',
      csrf: csrfOf(id),
      expiresAt: new Date(Math.min(idleEnd, end)).toISOString(),
    }
  }

  const unlessUnwritable = async (write: () => Promise<unknown>, otherwise: () => void): Promise<void> => {
    try {
      await write()
    } catch (error) {
      if (!(error instanceof StoreUnwritable)) throw error
      otherwise()
    }
  }

  return {
    open: async (owner) => {
      const id = randomBase62(256)
      const now = clock.now().toISOString()
      const row: Row = {
        id_hash: sha256(id),
        user: owner.user,
        role: owner.role,
        mode: owner.mode,
        token_hash: owner.tokenHash,
        created_at: now,
        seen_at: now,
      }
      await unlessUnwritable(
        () => db.insertInto('sessions').values(row).execute(),
        () => volatile.set(row.id_hash, row),
      )
      const session = describe(id, row)
      if (session === null) throw new Error('a new session is not live')
      return { id, session }
    },
    find: async (id) => {
      if (!/^[0-9A-Za-z]{43}$/.test(id)) return null
      const idHash = sha256(id)
      const row =
        volatile.get(idHash) ??
        (await db.selectFrom('sessions').selectAll().where('id_hash', '=', idHash).executeTakeFirst())
      if (!row) return null
      const session = describe(id, row)
      const now = clock.now()
      if (session !== null && now.getTime() - Date.parse(row.seen_at) > SEEN_EVERY) {
        row.seen_at = now.toISOString()
        await unlessUnwritable(
          () => db.updateTable('sessions').set({ seen_at: row.seen_at }).where('id_hash', '=', idHash).execute(),
          () => volatile.set(idHash, row),
        )
      }
      return session
    },
    close: async (idHash) => {
      volatile.delete(idHash)
      await db.deleteFrom('sessions').where('id_hash', '=', idHash).execute()
    },
  }
}

/** The token pages send back with every change: bound to the session, not stored. */
function csrfOf(id: string): string {
  return sha256(`csrf:${id}`).slice(0, 43)
}
