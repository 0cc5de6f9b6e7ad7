import type { Clock } from '@/lib/agent/ports'
import { refuse } from '@/lib/agent/refusal'
import type { Db } from '@/lib/agent/store/schema'
import { StoreUnwritable } from '@/lib/agent/store/sqlite'

/** How often something may happen. */
export interface Limit {
  count: number
  windowSec: number
}

/** SEC-09. The keys of `login` are accounts from the configuration and two fixed ones, so nobody can fill the table. */
export const LIMITS = {
  loginAccount: { count: 5, windowSec: 60 },
  loginAll: { count: 30, windowSec: 60 },
  verifyNode: { count: 1, windowSec: 10 },
  verifyUser: { count: 60, windowSec: 60 },
  explainUser: { count: 60, windowSec: 60 },
  planUser: { count: 60, windowSec: 3_600 },
  shareUser: { count: 30, windowSec: 3_600 },
  previewUser: { count: 300, windowSec: 3_600 },
  // A link pasted into a busy channel is opened by hundreds; ids that do not exist are asked for by nobody but guessers.
  frozenLink: { count: 600, windowSec: 60 },
  frozenUnknown: { count: 300, windowSec: 60 },
} as const satisfies Record<string, Limit>

/** Most keys held in memory; past it the global counter alone decides, nothing is forgotten (SEC-10). */
const MAX_KEYS = 20_000

export interface RateLimits {
  /** Counts one use. @throws Refusal `too-many` with the seconds to wait. */
  take(name: string, limit: Limit): Promise<void>
}

/**
 * Fixed-window counters. Those whose name starts with `login:` are stored, so a restart does not forget them; the rest live in memory.
 * When the store cannot be written, they go on in memory.
 */
export function rateLimits(db: Db, clock: Clock): RateLimits {
  const memory = new Map<string, { start: number; count: number }>()

  const takeInMemory = (name: string, limit: Limit, now: number): number => {
    const key = memory.has(name) || memory.size < MAX_KEYS ? name : 'overflow'
    const held = memory.get(key)
    const current =
      held && now >= held.start && now - held.start < limit.windowSec * 1_000 ? held : { start: now, count: 0 }
    current.count += 1
    memory.set(key, current)
    if (memory.size >= MAX_KEYS) dropOld(memory, now)
    return current.count > limit.count ? waitSec(current.start, limit, now) : 0
  }

  const takeStored = async (name: string, limit: Limit, now: number): Promise<number> =>
    db.transaction().execute(async (trx) => {
      const held = await trx.selectFrom('limits').selectAll().where('key', '=', name).executeTakeFirst()
      // A clock that went back must not open the window again.
      const same = held !== undefined && now - held.window_start < limit.windowSec * 1_000
      const start = same ? Math.min(held.window_start, now) : now
      const count = same ? held.count + 1 : 1
      await trx.replaceInto('limits').values({ key: name, window_start: start, count }).execute()
      return count > limit.count ? waitSec(start, limit, now) : 0
    })

  return {
    take: async (name, limit) => {
      const now = clock.now().getTime()
      let wait: number
      try {
        wait = name.startsWith('login:') ? await takeStored(name, limit, now) : takeInMemory(name, limit, now)
      } catch (error) {
        if (!(error instanceof StoreUnwritable)) throw error
        wait = takeInMemory(name, limit, now)
      }
      if (wait > 0) throw refuse('too-many', { retryAfterSec: wait })
    },
  }
}

function waitSec(start: number, limit: Limit, now: number): number {
  return Math.min(limit.windowSec, Math.max(1, Math.ceil((start + limit.windowSec * 1_000 - now) / 1_000)))
}

function dropOld(memory: Map<string, { start: number }>, now: number): void {
  for (const [key, held] of memory) if (now - held.start > 3_600_000) memory.delete(key)
}
