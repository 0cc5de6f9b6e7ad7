import type { KubeObject } from '@/lib/collector'
import { conditionRows, labelled, pairsUnder } from './describe-lines'

const INFO: Readonly<Record<string, string>> = {
  'Machine ID': 'machineID',
  'System UUID': 'systemUUID',
  'Boot ID': 'bootID',
  'Kernel Version': 'kernelVersion',
  'OS Image': 'osImage',
  'Container Runtime Version': 'containerRuntimeVersion',
  'Kubelet Version': 'kubeletVersion',
}

/** A node as `kubectl describe node` shows it; null where the text describes something else. */
export function describedNode(lines: readonly string[]): KubeObject | null {
  const name = labelled(lines, 'Name')
  if (name === undefined || !lines.some((line) => /^(?:Allocatable|System Info):\s*$/.test(line))) return null
  const info = section(lines, 'System Info')
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: pairsUnder(lines, 'Labels', '='), annotations: pairsUnder(lines, 'Annotations', ':') },
    spec: {
      unschedulable: labelled(lines, 'Unschedulable') === 'true',
      taints: taints(lines),
    },
    status: {
      capacity: section(lines, 'Capacity'),
      allocatable: section(lines, 'Allocatable'),
      conditions: conditionRows(lines),
      nodeInfo: Object.fromEntries(
        Object.entries(info).flatMap(([label, value]) => (INFO[label] === undefined ? [] : [[INFO[label], value]])),
      ),
    },
  }
}

/** `  key:  value` lines below a label of the outermost level. */
export function section(lines: readonly string[], label: string): Record<string, string> {
  const start = lines.findIndex((line) => line.startsWith(label) && line.trimEnd() === `${label}:`)
  const found: Record<string, string> = {}
  for (const line of start < 0 ? [] : lines.slice(start + 1)) {
    const pair = /^ {1,4}([^:\s][^:]{0,300}):\s+(\S.*)$/.exec(line)
    if (!pair?.[1]) break
    found[pair[1]] = (pair[2] ?? '').trim()
  }
  return found
}

/** `Taints:  a=b:NoSchedule` with more below. */
function taints(lines: readonly string[]): { key: string; value?: string; effect: string }[] {
  const start = lines.findIndex((line) => line.startsWith('Taints:'))
  if (start < 0) return []
  const own = [lines[start]?.slice('Taints:'.length) ?? '']
  for (const line of lines.slice(start + 1)) {
    if (!line.startsWith(' ')) break
    own.push(line)
  }
  return own.flatMap((text) => {
    const taint = /^([\w./-]{1,317})(?:=([^:]{0,63}))?:(NoSchedule|NoExecute|PreferNoSchedule)$/.exec(text.trim())
    return taint?.[1] && taint[3] ? [{ key: taint[1], ...(taint[2] ? { value: taint[2] } : {}), effect: taint[3] }] : []
  })
}
