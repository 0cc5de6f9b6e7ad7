import type { ConfigDaemonLogFacts } from '@/collectors/cluster/config-daemon-log/parse'
import type { EventFact } from '@/collectors/cluster/events/collector'
import type { NodeStateFact } from '@/collectors/cluster/sriov-node-state/parse'
import { distinct } from './from-findings'
import { pfRows } from './pf-rows'

/** Reboots that the SR-IOV operator asked for on one node. */
export interface RebootsSeen {
  /** Null where a log names no node. */
  node: string | null
  reboots: number
  change: { current: number | null; requested: number } | null
  /** Whether one is still wanted; null where nothing tells. */
  wants: boolean | null
}

/** Reboots by node, from RebootNode events and from requests repeated over boots (k8s-formats §2, §3.3). */
export function loops({
  events = [],
  logs = [],
  states = [],
}: {
  events?: readonly EventFact[]
  logs?: readonly ConfigDaemonLogFacts[]
  states?: readonly NodeStateFact[]
}): readonly RebootsSeen[] {
  const asked = events.filter((event) => event.kind === 'SriovNetworkNodeState' && event.reason === 'RebootNode')
  const nodes = distinct([...asked.map((event) => event.objectName), ...logs.flatMap((log) => log.node ?? [])])
  const known = nodes.map((node): RebootsSeen => {
    const state = states.find((each) => each.node === node)
    const log = logs.find((each) => each.node === node)
    const told = asked.filter((event) => event.objectName === node).reduce((sum, event) => sum + event.count, 0)
    const rows = state === undefined ? [] : pfRows(state)
    const off = rows.find((row) => row.firmware === 'differs' || row.firmware === 'too-small')
    return {
      node,
      reboots: Math.max(told, repeated(log)),
      change: off ? { current: off.total, requested: off.wanted } : lastChange(log),
      wants: state?.desiredState ? state.desiredState === 'Reboot_Required' : log ? !log.settled : null,
    }
  })
  const unnamed = logs
    .filter((log) => log.node === null)
    .map((log): RebootsSeen => ({ node: null, reboots: repeated(log), change: lastChange(log), wants: !log.settled }))
  return [...known, ...unnamed].filter((each) => each.reboots > 0)
}

/** In how many boots the daemon made the last request; within one boot it repeats it with every reconcile. */
function repeated(log: ConfigDaemonLogFacts | undefined): number {
  const last = log?.totalVfsChanges.at(-1)
  if (log === undefined || last === undefined) return 0
  const boots = new Set(
    log.totalVfsChanges
      .filter((each) => each.current === last.current && each.requested === last.requested && each.pci === last.pci)
      .map((each) => each.boot),
  ).size
  return boots > 1 ? boots : Math.min(boots, log.reboots.length)
}

function lastChange(log: ConfigDaemonLogFacts | undefined): RebootsSeen['change'] {
  const last = log?.totalVfsChanges.at(-1)
  return last ? { current: last.current, requested: last.requested } : null
}
