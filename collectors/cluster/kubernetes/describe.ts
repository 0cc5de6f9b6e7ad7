import type { KubeObject } from '@/lib/collector'
import { readBlock } from './describe-block'
import { labelled, pairsUnder } from './describe-lines'
import { describedNode, section } from './describe-node'
import { describedPod } from './describe-pod'

/** An object as `kubectl describe` shows it. */
export interface Described {
  object: KubeObject
  /** True when the description runs to its `Events:` line, the last thing kubectl prints, and nothing was left out. */
  whole: boolean
}

/** First line of a description. */
export const START = /^Name:\s+\S/
/** Stands for lines that were left out (around.ts). */
const ELIDED = '@elided'

/** The parts of a text that each describe one object, by their `Name:` line. */
export function descriptions(lines: readonly string[]): readonly (readonly string[])[] {
  const starts: number[] = []
  lines.forEach((line, at) => {
    if (line.startsWith('Name:') && START.test(line)) starts.push(at)
  })
  return starts.map((start, index) => lines.slice(start, starts[index + 1] ?? lines.length))
}

/** Objects of `kubectl describe`: custom resources, which print all their fields, pods and nodes. */
export function describedObjects(lines: readonly string[]): readonly Described[] {
  // A last line without end may stop within a word: `Kind: NicClusterP`.
  const parts = descriptions(/^(?:$|Events:)/.test(lines.at(-1) ?? '') ? lines : lines.slice(0, -1))
  if (parts.length === 0) return amountsOfNode(lines)
  return parts.flatMap((part, index, all) => {
    const object = custom(part) ?? describedPod(part) ?? describedNode(part)
    if (object === null) return []
    const end = part.findIndex((line) => /^Events:(?:\s|$)/.test(line))
    // Of the last description the line must have ended: `Events:` alone may be its own cut beginning, but what stands before it is whole.
    const whole = end > 0 && !part.includes(ELIDED) && (index < all.length - 1 || end < part.length)
    return [{ object, whole }]
  })
}

/** `Capacity:` and `Allocatable:` of a node, without what stands around them. */
function amountsOfNode(lines: readonly string[]): readonly Described[] {
  const [capacity, allocatable] = ['Capacity', 'Allocatable'].map((label) => section(lines, label))
  if (allocatable?.cpu === undefined && capacity?.cpu === undefined) return []
  const status = { ...(capacity?.cpu ? { capacity } : {}), ...(allocatable?.cpu ? { allocatable } : {}) }
  return [{ object: { apiVersion: 'v1', kind: 'Node', metadata: { name: '' }, status }, whole: lines.at(-1) === '' }]
}

/** The kind a description is of; undefined where neither it nor its sections tell. */
export function kindDescribed(lines: readonly string[]): string | undefined {
  const kind = labelled(lines, 'Kind')
  if (kind !== undefined) return kind
  if (lines.some((line) => /^(?:Containers|Init Containers|IPs|QoS Class):/.test(line))) return 'Pod'
  if (lines.some((line) => /^(?:Allocatable|System Info|PodCIDR):/.test(line))) return 'Node'
  if (lines.some((line) => /^Desired Number of Nodes Scheduled:/.test(line))) return 'DaemonSet'
  if (lines.some((line) => /^StrategyType:/.test(line))) return 'Deployment'
  if (lines.some((line) => /^(?:Completions|Parallelism):/.test(line))) return 'Job'
  return lines.some((line) => /^Replicas:\s+\d+ current \//.test(line)) ? 'ReplicaSet' : undefined
}

function custom(lines: readonly string[]): KubeObject | null {
  const [apiVersion, kind, name] = ['API Version', 'Kind', 'Name'].map((label) => labelled(lines, label))
  if (apiVersion === undefined || kind === undefined || name === undefined) return null
  const body = lines.slice(0, endOf(lines))
  const start = body.findIndex((line) => line.startsWith('Kind:')) + 1
  const namespace = labelled(lines, 'Namespace')
  const { metadata, ...rest } = readBlock(body.slice(start))
  return {
    ...rest,
    apiVersion,
    kind,
    metadata: {
      ...(typeof metadata === 'object' && metadata !== null ? metadata : {}),
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: pairsUnder(lines, 'Labels', '='),
      annotations: pairsUnder(lines, 'Annotations', ':'),
    },
  }
}

function endOf(lines: readonly string[]): number {
  const end = lines.findIndex((line) => /^Events:(?:\s|$)/.test(line) || line === ELIDED)
  return end < 0 ? lines.length : end
}
