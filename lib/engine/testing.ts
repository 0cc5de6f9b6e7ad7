import type { AnyCheck, Lacking, Verdict } from '@/lib/check'
import type { AnyClusterCollector, AnyCollector, KubeObject } from '@/lib/collector'
import type { JudgedCheck } from '@/lib/report'
import type { FactState } from './fact-state'

/** Builders for tests of the engine. */

export const NOW = '2026-11-21T12:00:00.000Z'

/** The same moment, seconds away. */
export function later(seconds: number): string {
  return new Date(Date.parse(NOW) + seconds * 1000).toISOString()
}

/** A fact that was read. */
export function fact(value: unknown, more: { at?: string | null; seenMs?: number; lost?: string } = {}): FactState {
  return { status: 'ok', value, at: null, refs: [], ...more }
}

type Answer = Verdict | Lacking
/** Parts of a check; ids of facts are free here. */
interface Parts {
  level?: AnyCheck['level']
  scope?: 'node' | 'cluster'
  needs?: readonly string[]
  wants?: readonly string[]
  anyOf?: readonly string[]
  after?: readonly string[]
  run?(facts: Readonly<Record<string, unknown>>): Answer
}

/** A check that passes, unless `run` says otherwise. The one cast of these tests: real checks have typed fact ids. */
export function aCheck(id: string, parts: Parts = {}): AnyCheck {
  const spec = {
    id,
    level: 'drivers',
    title: { pass: `${id} is fine`, fail: `${id} is broken` },
    why: '',
    refs: [],
    needs: [],
    after: [],
    examples: [],
    run: () => ({ status: 'pass' as const, summary: `${id} passes` }),
    ...parts,
  }
  return spec as unknown as AnyCheck
}

/** A verdict. */
export function says(status: Verdict['status'], summary: string = status, more: Partial<Verdict> = {}): Verdict {
  return { status, summary, ...more }
}

/** A judged check. */
export function judged(id: string, state: JudgedCheck['state'], more: Partial<JudgedCheck> = {}): JudgedCheck {
  return {
    id,
    level: 'drivers',
    scope: 'node',
    title: id,
    state,
    summary: `${id} is ${state}`,
    findings: [],
    evidence: [],
    fix: [],
    blockedBy: [],
    stale: false,
    reads: [],
    since: NOW,
    ...more,
  }
}

/** A collection of objects `{ name, node, value }`; an object without a node is about the whole cluster. */
export function collection(id: string): AnyCollector & AnyClusterCollector {
  const spec = {
    via: 'kube' as const,
    id,
    title: id,
    read: { via: 'kube' as const, group: '', version: 'v1', plural: id, kind: id, namespaced: false },
    project: (object: KubeObject) => {
      if (object.broken === true) throw new Error('no such field')
      if (object.unwanted === true) return null
      const node = typeof object.node === 'string' ? object.node : null
      return { name: object.metadata.name, node, value: object.value ?? null }
    },
    nodesOf: (record: { node: string | null }) => (record.node === null ? ('*' as const) : [record.node]),
    fold: (records: readonly { name: string }[]) => [...records].sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
  return spec as AnyCollector & AnyClusterCollector
}

/** An object of such a collection. */
export function object(name: string, node: string | null, more: Record<string, unknown> = {}): KubeObject {
  return { metadata: { name }, ...(node === null ? {} : { node }), ...more }
}
