import type { Fleet, FleetNode } from '@/lib/contract/api'
import { levelInfo } from '@/lib/levels'
import { table } from './table'

const WORDS: Readonly<Record<FleetNode['state'], string>> = {
  pass: 'OK',
  warn: 'Warning',
  fail: 'Failed',
  unknown: 'Unknown',
  blocked: 'Blocked',
}

/** The nodes asked for, all of them without names; a name that is not in the fleet is listed as missing. */
export function selectNodes(fleet: Fleet, names: readonly string[]): { nodes: FleetNode[]; missing: string[] } {
  if (names.length === 0) return { nodes: fleet.nodes, missing: [] }
  const nodes = fleet.nodes.filter((node) => names.includes(node.name))
  return { nodes, missing: names.filter((name) => !nodes.some((node) => node.name === name)) }
}

/** The fleet for a terminal: one line a node, the worst first, then the causes. */
export function fleetText(fleet: Fleet, nodes: readonly FleetNode[]): string {
  const order = ['fail', 'unknown', 'blocked', 'warn', 'pass']
  const sorted = [...nodes].sort(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.name < b.name ? -1 : 1),
  )
  const rows = sorted.map((node) => [
    node.name,
    WORDS[node.state] + (node.stale ? ' (stale)' : ''),
    node.firstBroken === null ? '' : `${levelInfo(node.firstBroken).number} ${levelInfo(node.firstBroken).title}`,
    node.headline,
  ])
  const causes = fleet.causes.map((cause) => [`${cause.nodeCount} nodes`, cause.title, cause.summary])
  const { counts } = fleet
  return [
    table([['NODE', 'STATE', 'FIRST BROKEN LEVEL', 'WHY'], ...rows]),
    ...(causes.length > 0 ? ['', table(causes)] : []),
    '',
    `${counts.total} nodes: ${counts.pass} OK, ${counts.warn} warning, ${counts.fail} failed, ${counts.blocked} blocked, ${counts.unknown} unknown`,
    '',
  ].join('\n')
}
