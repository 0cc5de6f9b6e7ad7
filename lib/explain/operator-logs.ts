import { readLogLine } from '@/collectors/cluster/logs/line'
import type { AnyCollector, PodLog } from '@/lib/collector'
import { toCapture } from './capture'

/** Words that only the operator's own controllers print, by the fact its log makes. */
const OPERATORS: readonly { fact: string; own: RegExp }[] = [
  {
    fact: 'operatorLog',
    own: /controller\.NicClusterPolicy|"controllerGroup": ?"mellanox\.com"|state-[a-z]+-[a-z-]+\t/,
  },
  {
    fact: 'sriovOperatorLog',
    own: /"controllerGroup": ?"sriovnetwork\.openshift\.io"|controllers\/(?:sriov[a-z]+|drain)_?[a-z]*\.go:\d|default SriovOperatorConfig object not found/,
  },
]
const DAEMON = /sriov-network-config-daemon|OnNodeStateChange|daemon\/daemon\.go/
const LOOK = 4000

/**
 * Facts of an operator's log in a folder. Such a log is no kind of its own for a single capture (EXPLAIN §3), but the checks of a
 * cluster know it; it is recognised by what its controllers print, never by its name. Empty for every other text.
 */
export function operatorLogFacts(
  text: string,
  pod: string,
  collectors: readonly AnyCollector[],
): Readonly<Record<string, unknown>> {
  const { lines } = toCapture(text)
  const logged = lines.slice(0, LOOK).filter((line) => readLogLine(line, true) !== null)
  if (logged.length < 3 || logged.some((line) => DAEMON.test(line))) return {}
  const [best] = OPERATORS.map((each) => ({ ...each, hits: logged.filter((line) => each.own.test(line)).length }))
    .filter((each) => each.hits >= 2)
    .sort((a, b) => b.hits - a.hits)
  const collector = collectors.find((each) => each.id === best?.fact)
  if (!best || collector?.via !== 'log') return {}
  const log: PodLog = { node: null, namespace: '', pod, container: '', previous: false, text: lines.join('\n') }
  return { [best.fact]: collector.parse([log]) }
}
