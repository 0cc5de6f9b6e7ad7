import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { CauseSummary } from '@/lib/contract/api'
import type { Config } from './config-schema'
import type { Log } from './log'
import type { Clock } from './ports'
import type { Db } from './store/schema'

type Webhook = Config['alerts']['webhooks'][number]

/** What is posted, as JSON. `text` alone is enough for chat webhooks. */
export interface Alert {
  text: string
  event: 'new-cause' | 'cause-gone'
  cause: { id: string; title: string; level: string; nodeCount: number }
  url: string
  at: string
}

export interface AlertDeps {
  webhooks: readonly Webhook[]
  db: Db
  clock: Clock
  log: Log
  origin: string
  causes(): readonly CauseSummary[]
  /** False while nothing was read yet: an empty list then means nothing. */
  settled(): boolean
  post(url: string, alert: Alert): Promise<void>
}

const KEY = 'alerts'
const known = z.record(z.string(), z.object({ title: z.string(), id: z.string(), level: z.string() }))
const MAX_PER_LOOK = 20

/**
 * Tells webhooks of causes that appeared or went. Looks every 30 s and needs to see a change twice, so that a flapping link is
 * not an alert a minute; what was told is remembered in the store, so that a restart tells nothing twice.
 */
export function alertsOf(deps: AlertDeps): { look(): Promise<void> } {
  let before: ReadonlySet<string> | null = null
  return {
    look: async () => {
      if (deps.webhooks.length === 0 || !deps.settled()) return
      const causes = new Map(deps.causes().map((cause) => [cause.signature, cause]))
      const seenTwice = (signature: string, present: boolean) => before !== null && before.has(signature) === present
      const told = await loadTold(deps.db)
      const fresh = [...causes.values()].filter(
        (cause) => !(cause.signature in told) && seenTwice(cause.signature, true),
      )
      const gone = Object.entries(told).filter(([signature]) => !causes.has(signature) && seenTwice(signature, false))
      before = new Set(causes.keys())
      for (const cause of fresh.slice(0, MAX_PER_LOOK)) {
        const words = `${cause.nodeCount} ${cause.nodeCount === 1 ? 'node' : 'nodes'}: ${cause.summary}`
        await tell(
          deps,
          'new-cause',
          { ...cause, url: `${deps.origin}/causes/${encodeURIComponent(cause.signature)}` },
          words,
        )
        told[cause.signature] = { title: cause.title, id: cause.id, level: cause.level }
      }
      for (const [signature, cause] of gone.slice(0, MAX_PER_LOOK)) {
        await tell(deps, 'cause-gone', { ...cause, nodeCount: 0, url: `${deps.origin}/causes` }, `Gone: ${cause.title}`)
        delete told[signature]
      }
      if (fresh.length + gone.length > 0) {
        await deps.db
          .replaceInto('meta')
          .values({ key: KEY, value: JSON.stringify(told) })
          .execute()
      }
    },
  }
}

async function loadTold(db: Db): Promise<z.infer<typeof known>> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', KEY).executeTakeFirst()
  return row ? known.catch({}).parse(JSON.parse(row.value)) : {}
}

async function tell(
  deps: AlertDeps,
  event: Alert['event'],
  cause: Alert['cause'] & { url: string },
  text: string,
): Promise<void> {
  const { url, id, title, level, nodeCount } = cause
  const alert: Alert = {
    text: `${text} ${url}`,
    event,
    cause: { id, title, level, nodeCount },
    url,
    at: deps.clock.now().toISOString(),
  }
  for (const hook of deps.webhooks.filter((one) => one.on.includes(event))) {
    try {
      await deps.post(readFileSync(hook.urlFile, 'utf8').trim(), alert)
    } catch (error) {
      // The URL is a secret and errors of fetch may quote it: only the hook's name and the kind of error are logged.
      deps.log.error(
        { webhook: hook.name, kind: error instanceof Error ? error.name : 'unknown' },
        'alert not delivered',
      )
    }
  }
}

/** Posts an alert; follows no redirect. @throws when it was not taken */
export async function postAlert(url: string, alert: Alert): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alert),
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new Error(`webhook answered ${answer.status}`)
}
