import type { FleetNode } from '@/lib/contract/api'
import { LEVELS, type LevelId } from '@/lib/levels'
import type { ShownState } from '@/lib/verdict'
import { levelStates, WORD } from '../state/shown'

export interface Group {
  key: string
  title: string
  nodes: readonly FleetNode[]
  /** Nodes that are not OK. */
  problems: number
}

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Compares names as people do: dgx9 before dgx10. */
export function byName(a: string, b: string): number {
  return natural.compare(a, b)
}

/** Attribute keys that at least one node has, sorted. */
export function attributeKeys(nodes: readonly FleetNode[]): string[] {
  const keys = new Set<string>()
  for (const node of nodes) for (const key of Object.keys(node.attributes)) keys.add(key)
  return [...keys].sort(byName)
}

/** Value of a node for a grouping: an attribute, or one of `state`, `level`, `cause`, `none`. */
function groupKey(node: FleetNode, by: string, causeTitle: (signature: string) => string): string {
  if (by === 'none') return ''
  if (by === 'state') return WORD[node.state]
  if (by === 'level') return node.firstBroken ? levelTitle(node.firstBroken) : 'No failed level'
  if (by === 'cause') return node.cause ? causeTitle(node.cause) : 'No cause'
  return node.attributes[by] ?? `no ${by} known`
}

function levelTitle(id: LevelId): string {
  const level = LEVELS.find((entry) => entry.id === id)
  return level ? `${level.number} ${level.title}` : id
}

/** Groups in a stable order, nodes by name inside. A state change moves no tile unless it is grouped by state. */
export function groupNodes(
  nodes: readonly FleetNode[],
  by: string,
  causeTitle: (signature: string) => string,
): Group[] {
  const groups = new Map<string, FleetNode[]>()
  for (const node of nodes) {
    const key = groupKey(node, by, causeTitle)
    const group = groups.get(key)
    if (group) group.push(node)
    else groups.set(key, [node])
  }
  return [...groups.entries()]
    .sort(([a], [b]) => byName(a, b))
    .map(([key, members]) => ({
      key,
      title: key,
      nodes: members.sort((a, b) => byName(a.name, b.name)),
      problems: members.filter((node) => node.state !== 'pass').length,
    }))
}

/** A tile's state and sign for what it is filled by: `first` (first broken level), `age`, or a level id. */
export function tileOf(node: FleetNode, fill: string, now: number): { state: ShownState; sign: string } {
  const index = LEVELS.findIndex((level) => level.id === fill)
  if (index >= 0) {
    const state = levelStates(node.levels)[index] ?? 'unknown'
    return { state, sign: SIGN[state] }
  }
  if (fill === 'age') {
    if (!node.readAt) return { state: 'unknown', sign: '?' }
    const minutes = (now - Date.parse(node.readAt)) / 60_000
    return {
      state: minutes <= 15 ? 'pass' : minutes <= 60 ? 'warn' : 'unknown',
      sign: minutes < 100 ? String(Math.max(0, Math.round(minutes))) : '99',
    }
  }
  const level = LEVELS.find((entry) => entry.id === node.firstBroken)
  return { state: node.state, sign: node.state === 'fail' && level ? String(level.number) : SIGN[node.state] }
}

const SIGN: Readonly<Record<ShownState, string>> = {
  pass: '✓',
  warn: '!',
  fail: '×',
  unknown: '?',
  blocked: '‖',
  running: '○',
  'not-applicable': '–',
  'not-proved': '·',
}

/** What a screen reader says of a node, and the line under the grid: "dgx030, failed at Drivers and firmware, Cold power cycle needed". */
export function describe(node: FleetNode): string {
  const level = LEVELS.find((entry) => entry.id === node.firstBroken)
  const state = node.state === 'fail' && level ? `failed at ${level.title}` : WORD[node.state].toLowerCase()
  return `${node.name}, ${state}${node.stale ? ', stale' : ''}${node.state === 'pass' ? '' : `, ${node.headline}`}`
}
