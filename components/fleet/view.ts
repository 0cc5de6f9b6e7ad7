'use client'

import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import type { Fleet } from '@/lib/contract/api'
import { attributeKeys, groupNodes } from './group'
import { parseSearch } from './search'

/** Everything the fleet page can be set to; all of it lives in the URL (UX-10). */
export const viewParams = {
  q: parseAsString.withDefault(''),
  group: parseAsString.withDefault(''),
  fill: parseAsString.withDefault('first'),
  problems: parseAsBoolean.withDefault(false),
  /** None: cards for a small fleet, tiles for a large one. */
  view: parseAsStringLiteral(['cards', 'grid', 'table'] as const),
  sort: parseAsString.withDefault('name'),
}

/** The fleet page's settings, from and to the URL. */
export function useFleetView() {
  return useQueryStates(viewParams, { history: 'replace', clearOnDefault: true })
}

export type FleetView = ReturnType<typeof useFleetView>[0]
export type ListKind = NonNullable<FleetView['view']>

/** Largest fleet that is shown as cards. */
const CARDS_UP_TO = 24

/** Ways to list a fleet of that size, the first one by itself. */
export function listKinds(total: number): readonly ListKind[] {
  return total <= CARDS_UP_TO ? ['cards', 'grid', 'table'] : ['grid', 'table']
}

/** Racks if the nodes have them, else what they are, else one heap. */
function defaultGroup(attributes: readonly string[]): string {
  return ['rack', 'profile'].find((key) => attributes.includes(key)) ?? 'none'
}

/** The nodes that the view asks for, grouped. "Problems only" keeps unknown and stale nodes (UX-14). */
export function useSelection(fleet: Fleet, view: FleetView) {
  const attributes = useMemo(() => attributeKeys(fleet.nodes), [fleet.nodes])
  const search = useMemo(() => parseSearch(view.q, attributes), [view.q, attributes])
  const nodes = useMemo(
    () => fleet.nodes.filter((node) => (!view.problems || node.state !== 'pass' || node.stale) && search.matches(node)),
    [fleet.nodes, search, view.problems],
  )
  const known = ['none', 'state', 'level', 'cause', ...attributes]
  const by = known.includes(view.group) ? view.group : defaultGroup(attributes)
  const groups = useMemo(() => {
    const titles = new Map(fleet.causes.map((cause) => [cause.signature, cause.title]))
    return groupNodes(nodes, by, (signature) => titles.get(signature) ?? signature)
  }, [nodes, by, fleet.causes])
  return { attributes, problems: search.problems, nodes, groups, by }
}
