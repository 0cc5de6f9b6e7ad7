import type { KubeObject } from '@/lib/collector'
import { descriptions, kindDescribed } from './describe'
import { labelled } from './describe-lines'

/**
 * Events as `kubectl describe` or `kubectl get events` print them. Columns are found by their header; the message runs to the line's end.
 */
export function eventTable(lines: readonly string[]): readonly KubeObject[] {
  return [...described(lines), ...listed(lines)]
}

/** `Events:` of each description: the object is the one described. */
function described(lines: readonly string[]): KubeObject[] {
  return descriptions(lines).flatMap((part) => {
    const start = part.findIndex((line) => /^Events:\s*$/.test(line))
    const header = part[start + 1] ?? ''
    if (start === -1 || !/^\s+Type\s+Reason\s+Age\s+From\s+Message/.test(header)) return []
    const [kind, name, namespace] = [kindDescribed(part), labelled(part, 'Name'), labelled(part, 'Namespace')]
    if (name === undefined || kind === undefined) return []
    return part.slice(start + 2).flatMap((line) => {
      const row = /^\s+(Normal|Warning)\s+(\S+)\s+(.*?)\s{2,}(\S+)\s{2,}(\S.*)$/.exec(line)
      if (!row) return []
      const [, type, reason, age = '', from, message] = row
      return [event({ type, reason, message, kind, name, namespace, from, count: timesIn(age) })]
    })
  })
}

/** `12m (x4 over 15m)`: seen four times. */
function timesIn(age: string): number | undefined {
  const times = /\(x(\d{1,6}) over /.exec(age)?.[1]
  return times === undefined ? undefined : Number(times)
}

/** `kubectl get events`: LAST SEEN, TYPE, REASON, OBJECT, MESSAGE, with NAMESPACE first for -A and more columns for -o wide. */
function listed(lines: readonly string[]): KubeObject[] {
  const start = lines.findIndex((line) => EVENTS_HEADER.test(line))
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
    const kind = KINDS[resource.split('.')[0]?.toLowerCase() ?? '']
    // The wide table has columns between the object and the message, and behind it: only where all lie below the header they are told.
    const wide = after > message
    const text = wide ? line.slice(message, after).trim() : words
    if (wide && (line[message - 1] !== ' ' || line[after - 1] !== ' ')) return []
    return name === undefined || kind === undefined
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
