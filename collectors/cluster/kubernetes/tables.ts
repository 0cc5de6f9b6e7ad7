import type { KubeObject } from '@/lib/collector'

/**
 * Events as `kubectl describe` or `kubectl get events` print them. Columns are found by their header; the message runs to the line's end.
 */
export function eventTable(lines: readonly string[]): readonly KubeObject[] {
  return [...described(lines), ...listed(lines)]
}

/** `Events:` of a description: the object is the one described. */
function described(lines: readonly string[]): KubeObject[] {
  const start = lines.findIndex((line) => /^Events:\s*$/.test(line))
  const header = lines[start + 1] ?? ''
  if (start === -1 || !/^\s+Type\s+Reason\s+Age\s+From\s+Message/.test(header)) return []
  const about = {
    kind: kindDescribed(lines.slice(0, start)),
    name: labelled(lines, 'Name'),
    namespace: labelled(lines, 'Namespace'),
  }
  return lines.slice(start + 2).flatMap((line) => {
    const row = /^\s+(Normal|Warning)\s+(\S+)\s+(.*?)\s{2,}(\S+)\s{2,}(\S.*)$/.exec(line)
    if (!row) return []
    const [, type, reason, , from, message] = row
    return about.name === undefined || about.kind === undefined
      ? []
      : [event({ type, reason, message, kind: about.kind, name: about.name, namespace: about.namespace, from })]
  })
}

/** `kubectl get events`: LAST SEEN, TYPE, REASON, OBJECT, MESSAGE, with NAMESPACE first for -A. */
function listed(lines: readonly string[]): KubeObject[] {
  const start = lines.findIndex((line) => /^(?:NAMESPACE\s+)?LAST SEEN\s+TYPE\s+REASON\s+OBJECT\s+MESSAGE/.test(line))
  if (start === -1) return []
  const spaced = (lines[start] ?? '').startsWith('NAMESPACE')
  return lines.slice(start + 1).flatMap((line) => {
    const row = /^(?:(\S+)\s+)?(\S+(?: \S+)*?)\s+(Normal|Warning)\s+(\S+)\s+([a-z.]+)\/(\S+)\s+(\S.*)$/.exec(
      spaced ? line : ` ${line}`.trimStart(),
    )
    if (!row) return []
    const [, namespace, , type, reason, resource = '', name, message] = row
    const kind = KINDS[resource.split('.')[0] ?? '']
    return name === undefined || kind === undefined
      ? []
      : [event({ type, reason, message, kind, name, namespace: spaced ? namespace : undefined, from: undefined })]
  })
}

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
}

interface Row {
  type: string | undefined
  reason: string | undefined
  message: string | undefined
  kind: string
  name: string
  namespace: string | undefined
  from: string | undefined
}

function event({ type, reason, message, kind, name, namespace, from }: Row): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: '', ...(namespace === undefined ? {} : { namespace }) },
    involvedObject: { kind, name, ...(namespace === undefined ? {} : { namespace }) },
    type,
    reason,
    message,
    ...(from === undefined ? {} : { source: { component: from } }),
  }
}

function labelled(lines: readonly string[], label: string): string | undefined {
  const line = lines.find((each) => each.startsWith(`${label}:`))
  return line?.slice(label.length + 1).trim() || undefined
}

/** Descriptions of custom resources print their Kind; those of core objects are told by their sections. */
function kindDescribed(lines: readonly string[]): string | undefined {
  const kind = labelled(lines, 'Kind')
  if (kind !== undefined) return kind
  if (lines.some((line) => /^(?:Containers|Init Containers|IPs|QoS Class):/.test(line))) return 'Pod'
  if (lines.some((line) => /^(?:Allocatable|System Info|PodCIDR):/.test(line))) return 'Node'
  return undefined
}
