import type { KubeObject } from '@/lib/collector'
import { at, isFields } from '../fields'

type Path = readonly string[]

/**
 * Fields that every stored object of a kind has, by the CRDs and the API's own types: required there, or written together with what
 * stands before them in the order of names, which is the order kubectl prints.
 */
const ALWAYS: Readonly<Record<string, readonly Path[]>> = {
  Pod: [['spec', 'containers']],
  NetworkAttachmentDefinition: [['spec']],
  CIDRPool: [
    ['spec', 'cidr'],
    ['spec', 'perNodeNetworkPrefix'],
  ],
  SriovNetworkNodePolicy: [['spec', 'resourceName']],
  SriovNetwork: [['spec', 'resourceName']],
  SriovIBNetwork: [['spec', 'resourceName']],
  ConfigMap: [['data']],
  Event: [['type']],
}
/** Fields that every status of a kind has. */
const IN_STATUS: Readonly<Record<string, string>> = {
  Pod: 'phase',
  SriovNetworkNodeState: 'syncStatus',
  NicClusterPolicy: 'state',
  ClusterPolicy: 'state',
  DaemonSet: 'numberReady',
}
/** Kinds that are nothing without a spec or a status. */
const PARTS = new Set([
  'Node',
  'IPPool',
  'SriovNetworkNodeState',
  'NicDevice',
  'NodeMaintenance',
  'MPIJob',
  'DaemonSet',
])

/**
 * True for the last object of a text in YAML that lacks what every object of its kind has: YAML that ends at a line's end looks whole, so
 * only what is missing shows that it was cut (`| head -40`). What is missing there would be taken for a fault, or for none.
 */
export function isUnfinished(object: KubeObject): boolean {
  const kind = object.kind ?? ''
  const final = lastValue(object)
  if (final === null || isOpenText(final) || (kind === 'ConfigMap' && final === '')) return true
  if (object.metadata.name === '' && object.status !== undefined) return false
  const status = isFields(object.status) ? object.status : null
  if (ALWAYS[kind]?.some((path) => isLost(at(object, ...path)))) return true
  if (PARTS.has(kind) && isLost(object.spec) && status === null) return true
  if (kind === 'IPPool' && at(object, 'spec', 'range') === undefined && at(object, 'spec', 'subnet') === undefined)
    return true
  const last = IN_STATUS[kind]
  if (status === null) return kind === 'Pod' && object.metadata.uid !== undefined
  return last !== undefined && isLost(status[last])
}

/** Absent, or a key whose value would have come on the next line. */
function isLost(value: unknown): boolean {
  return value === undefined || value === null
}

/** The value that stands last in an object, in the order of its text. */
function lastValue(value: unknown): unknown {
  let last = value
  for (let depth = 0; depth < 60; depth += 1) {
    const inner: readonly unknown[] = Array.isArray(last) ? last : isFields(last) ? Object.values(last) : []
    if (inner.length === 0) return last
    last = inner.at(-1)
  }
  return last
}

/** JSON in a text of several lines that opens more brackets than it closes: its end is on lines that are missing. */
function isOpenText(value: unknown): boolean {
  if (typeof value !== 'string' || !value.includes('\n') || !/^\s*[[{]/.test(value)) return false
  let [open, isQuoted] = [0, false]
  for (let at = 0; at < value.length; at += 1) {
    const char = value[at]
    if (char === '\\') at += 1
    else if (char === '"') isQuoted = !isQuoted
    else if (!isQuoted && (char === '{' || char === '[')) open += 1
    else if (!isQuoted && (char === '}' || char === ']')) open -= 1
  }
  return open > 0
}
