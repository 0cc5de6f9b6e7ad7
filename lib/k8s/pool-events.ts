import type { EventFact } from '@/collectors/cluster/events/collector'
import type { IpamLogFacts } from '@/collectors/cluster/ipam-log/parse'

/** What the nv-ipam controller said about a pool. */
export interface PoolEvent {
  pool: string
  namespace: string | null
  /** Node it has no share for; null for other events. */
  node: string | null
  kind: 'no-free' | 'invalid'
  message: string
}

const NO_FREE = new Set(['NoFreeRanges', 'NoFreePrefixes'])

/** Events of IPPools and CIDRPools, and the same in the controller's log (k8s-formats §8, §20.18). A pool that has room again since is not told apart: events age out. */
export function poolEvents(
  events: readonly EventFact[] = [],
  logs: readonly IpamLogFacts[] = [],
): readonly PoolEvent[] {
  const logged = logs.flatMap((log) => [
    ...log.noBlock.map(
      (each): PoolEvent => ({
        pool: each.pool,
        namespace: null,
        node: each.node,
        kind: 'no-free',
        message: 'nv-ipam log: no free block',
      }),
    ),
    ...log.invalidPools.map(
      ({ pool, reason }): PoolEvent => ({
        pool,
        namespace: null,
        node: null,
        kind: 'invalid',
        message: `nv-ipam log: invalid spec${reason ? `: ${reason}` : ''}`,
      }),
    ),
  ])
  const told = events
    .filter((event) => event.kind === 'IPPool' || event.kind === 'CIDRPool')
    .flatMap((event): PoolEvent[] => {
      const about = { pool: event.objectName, namespace: event.objectNamespace, message: event.message }
      if (event.reason === 'InvalidSpec') return [{ ...about, node: null, kind: 'invalid' }]
      if (!NO_FREE.has(event.reason)) return []
      return [
        {
          ...about,
          node: /for Node: ([\w.-]+)|on Node: ([\w.-]+)/.exec(event.message)?.slice(1).find(Boolean) ?? null,
          kind: 'no-free',
        },
      ]
    })
  return [...told, ...logged]
}
