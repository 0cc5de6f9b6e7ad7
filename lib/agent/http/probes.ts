import type { Clock, FleetView } from '@/lib/agent/ports'
import type { Store } from '@/lib/agent/store/open'

/** What `/readyz` says: ready only when every part is. */
export interface Readiness {
  ready: boolean
  checks: Record<'config' | 'store' | 'kubernetes' | 'scheduler', { ok: boolean; text: string }>
}

/** The scheduler ticks at least every 30 s; three missed ticks are a dead one. */
const MAX_TICK_AGE_MS = 90_000

/** Can Cairn do its work now? Kubernetes that is switched off by configuration counts as ready. */
export function readiness(fleet: Pick<FleetView, 'liveness' | 'tickAt'>, store: Store, clock: Clock): Readiness {
  const kube = fleet.liveness().kube
  const tick = fleet.tickAt()
  const age = tick === null ? null : clock.now().getTime() - Date.parse(tick)
  const checks = {
    config: { ok: true, text: 'valid' },
    store: { ok: store.health().state === 'ok', text: store.health().state },
    kubernetes: { ok: kube.state === 'live' || kube.state === 'off', text: kube.state },
    scheduler: {
      ok: age !== null && Math.abs(age) <= MAX_TICK_AGE_MS,
      text: age === null ? 'no tick yet' : `last tick ${Math.round(age / 1_000)} s ago`,
    },
  }
  return { ready: Object.values(checks).every((check) => check.ok), checks }
}
