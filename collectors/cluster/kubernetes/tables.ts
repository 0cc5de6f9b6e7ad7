import type { KubeObject } from '@/lib/collector'
import { descriptions, kindDescribed, START } from './describe'
import { labelled } from './describe-lines'

/**
 * Events as `kubectl describe` or `kubectl get events` print them. Columns are found by their header; the message runs to the line's end.
 */
export function eventTable(lines: readonly string[]): readonly KubeObject[] {
  // An unterminated last line may be cut within a word, unless it ends as the messages that decide do.
  const ended = CLOSED.test(lines.at(-1)?.trimEnd() ?? '') ? lines : lines.slice(0, -1)
  return [...described(ended), ...looseRows(ended), ...listed(ended)]
}

const CLOSED =
  /^$|(?:for scheduling|incoming pod|is required|not found|is not valid|not attempted|Unauthorized|locality)\.?$/

/** `Events:` of each description: the object is the one described. */
function described(lines: readonly string[]): KubeObject[] {
  return descriptions(lines).flatMap((part) => {
    const start = part.findIndex((line) => /^Events:\s*$/.test(line))
    const header = part[start + 1] ?? ''
    if (start === -1 || !/^\s+Type\s+Reason\s+Age\s+From\s+Message/.test(header)) return []
    const [kind, name, namespace] = [kindDescribed(part), labelled(part, 'Name'), labelled(part, 'Namespace')]
    if (name === undefined || kind === undefined) return []
    return part.slice(start + 2).flatMap((line) => {
      const row = rowOf(line)
      return row ? [event({ ...row, kind, name, namespace, count: timesIn(row.age) })] : []
    })
  })
}

/** One row of the events of a description: type, reason, age, who wrote it, message. */
function rowOf(line: string) {
  const row = /^\s*(Normal|Warning)\s+(\S+)\s+(.*?)\s{2,}(\S+)\s{2,}(\S.*)$/.exec(line)
  if (!row) return null
  const [, type, reason, age = '', from, message = ''] = row
  return { type, reason, age, from, message }
}

/** Header of the events of a description. */
export const ROWS_HEADER = /^\s*Type\s+Reason\s+Age\s+From\s+Message\s*$/
/** Stands for the name of an object that the excerpt does not name. */
const UNNAMED = 'unnamed'

/**
 * Events of a description whose beginning was not pasted. Which kind they are about, the component that wrote them tells; the name stands in
 * the scheduler's row at best. Objects named after their node are left out: nobody could say which node.
 */
function looseRows(lines: readonly string[]): KubeObject[] {
  const end = lines.findIndex((line) => line.startsWith('Name:') && START.test(line))
  const outside = end < 0 ? lines : lines.slice(0, end)
  const starts: number[] = []
  outside.forEach((line, at) => {
    if (line.includes('Message') && ROWS_HEADER.test(line)) starts.push(at)
  })
  return starts.flatMap((start, index) => {
    const rows = outside.slice(start + 1, starts[index + 1] ?? outside.length).flatMap((line) => rowOf(line) ?? [])
    const placed = rows
      .map((row) => /^Successfully assigned ([^/\s]{1,253})\/(\S{1,253}) to /.exec(row.message))
      .find(Boolean)
    return rows.flatMap((row) => {
      const kind = POOL_REASONS[row.reason ?? ''] ?? WRITERS[row.from ?? '']
      if (kind === undefined || (row.from === 'kubelet' && /^(?:Node|Starting$|Registered)/.test(row.reason ?? '')))
        return []
      const named = kind === 'Pod' ? placed : undefined
      return [event({ ...row, kind, name: named?.[2] ?? UNNAMED, namespace: named?.[1], count: timesIn(row.age) })]
    })
  })
}

/** Reasons that only nv-ipam writes, of the kind they are about. */
const POOL_REASONS: Readonly<Record<string, string>> = {
  NoFreeRanges: 'IPPool',
  NoFreePrefixes: 'CIDRPool',
}
/** Kind that a component's events are about. */
const WRITERS: Readonly<Record<string, string>> = {
  'default-scheduler': 'Pod',
  kubelet: 'Pod',
  multus: 'Pod',
  'multus-daemon': 'Pod',
  'taint-eviction-controller': 'Pod',
  'job-controller': 'Job',
  'replicaset-controller': 'ReplicaSet',
  'statefulset-controller': 'StatefulSet',
  'daemonset-controller': 'DaemonSet',
  'deployment-controller': 'Deployment',
  'mpi-job-controller': 'MPIJob',
  IPPoolController: 'IPPool',
  CIDRPoolController: 'CIDRPool',
}

/** `12m (x4 over 15m)`: seen four times. */
function timesIn(age: string): number | undefined {
  const times = /\(x(\d{1,6}) over /.exec(age)?.[1]
  return times === undefined ? undefined : Number(times)
}

/** `kubectl get events`: LAST SEEN, TYPE, REASON, OBJECT, MESSAGE, with NAMESPACE first for -A and more columns for -o wide. */
function listed(lines: readonly string[]): KubeObject[] {
  const start = lines.findIndex((line) => line.includes('LAST SEEN') && EVENTS_HEADER.test(line))
  const header = lines[start]
  if (header === undefined) return []
  const spaced = header.startsWith('NAMESPACE')
  const [message, after] = [header.indexOf('MESSAGE'), header.indexOf('FIRST SEEN')]
  return lines.slice(start + 1).flatMap((line) => {
    const row = /^(?:(\S+)\s+)?(\S+(?: \S+)*?)\s+(Normal|Warning)\s+(\S+)\s+([A-Za-z.0-9]+)\/(\S+)\s+(\S.*)$/.exec(
      spaced ? line : ` ${line}`.trimStart(),
    )
    if (!row) return []
    const [, namespace, , type, reason, resource = '', name, words] = row
    const plain = resource.split('.')[0] ?? ''
    const kind = KINDS[plain.toLowerCase()] ?? plain.charAt(0).toUpperCase() + plain.slice(1)
    // The wide table has columns between the object and the message, and behind it: only where all lie below the header they are told.
    const wide = after > message
    const text = wide ? line.slice(message, after).trim() : words
    if (wide && (line[message - 1] !== ' ' || line[after - 1] !== ' ')) return []
    return name === undefined
      ? []
      : [event({ type, reason, message: text, kind, name, namespace: spaced ? namespace : undefined, from: undefined })]
  })
}

/** Header of an event table. */
export const EVENTS_HEADER = /^(?:NAMESPACE\s+)?LAST SEEN\s+TYPE\s+REASON\s+OBJECT\s+(?:SUBOBJECT\s+SOURCE\s+)?MESSAGE/

const KINDS: Readonly<Record<string, string>> = {
  pod: 'Pod',
  node: 'Node',
  daemonset: 'DaemonSet',
  deployment: 'Deployment',
  replicaset: 'ReplicaSet',
  statefulset: 'StatefulSet',
  job: 'Job',
  mpijob: 'MPIJob',
  ippool: 'IPPool',
  cidrpool: 'CIDRPool',
  sriovnetworknodestate: 'SriovNetworkNodeState',
  nodemaintenance: 'NodeMaintenance',
  nicclusterpolicy: 'NicClusterPolicy',
  nicdevice: 'NicDevice',
  sriovnetworknodepolicy: 'SriovNetworkNodePolicy',
  sriovoperatorconfig: 'SriovOperatorConfig',
  persistentvolumeclaim: 'PersistentVolumeClaim',
  workload: 'Workload',
  podgroup: 'PodGroup',
  pytorchjob: 'PyTorchJob',
}

interface Row {
  type: string | undefined
  reason: string | undefined
  message: string | undefined
  kind: string
  name: string
  namespace: string | undefined
  from: string | undefined
  count?: number | undefined
}

function event({ type, reason, message, kind, name, namespace, from, count }: Row): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: '', ...(namespace === undefined ? {} : { namespace }) },
    involvedObject: { kind, name, ...(namespace === undefined ? {} : { namespace }) },
    type,
    reason,
    message,
    ...(count === undefined ? {} : { count }),
    ...(from === undefined ? {} : { source: { component: from } }),
  }
}
