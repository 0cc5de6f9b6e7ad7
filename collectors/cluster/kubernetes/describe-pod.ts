import type { KubeObject } from '@/lib/collector'
import { conditionRows, labelled, pairsUnder } from './describe-lines'

/** A pod as `kubectl describe pod` shows it; null where the text describes something else. */
export function describedPod(lines: readonly string[]): KubeObject | null {
  const name = labelled(lines, 'Name')
  const isPod =
    lines.some((line) => /^Containers:\s*$/.test(line)) && lines.some((line) => /^(?:Node|QoS Class):/.test(line))
  if (name === undefined || !isPod) return null
  const namespace = labelled(lines, 'Namespace')
  const node = labelled(lines, 'Node')?.split('/')[0]
  const [init, main] = [containers(lines, 'Init Containers'), containers(lines, 'Containers')]
  const optional = Object.fromEntries(
    [
      ['reason', labelled(lines, 'Reason')],
      ['message', labelled(lines, 'Message')],
    ].flatMap(([key, value]) => (key && value ? [[key, value]] : [])),
  )
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: pairsUnder(lines, 'Labels', '='),
      annotations: pairsUnder(lines, 'Annotations', ':'),
    },
    spec: {
      ...(node === undefined ? {} : { nodeName: node }),
      nodeSelector: pairsUnder(lines, 'Node-Selectors', '='),
      initContainers: init.map((each) => each.spec),
      containers: main.map((each) => each.spec),
    },
    status: {
      phase: labelled(lines, 'Status')?.split(' ')[0],
      ...optional,
      conditions: conditionRows(lines),
      initContainerStatuses: init.map((each) => each.status),
      containerStatuses: main.map((each) => each.status),
    },
  }
}

interface Container {
  spec: Record<string, unknown>
  status: Record<string, unknown>
}

/** Blocks below `Containers:`: names two spaces deep, their fields four. */
function containers(lines: readonly string[], label: string): Container[] {
  const start = lines.findIndex((line) => line.trimEnd() === `${label}:`)
  if (start < 0) return []
  const found: { name: string; lines: string[] }[] = []
  for (const line of lines.slice(start + 1)) {
    if (!line.startsWith(' ')) break
    const name = /^ {2}([\w.-]{1,253}):\s*$/.exec(line)?.[1]
    if (name !== undefined) found.push({ name, lines: [] })
    else found.at(-1)?.lines.push(line.slice(4))
  }
  return found.map((each) => container(each.name, each.lines))
}

function container(name: string, lines: readonly string[]): Container {
  const image = labelled(lines, 'Image')
  const restarts = labelled(lines, 'Restart Count')
  return {
    spec: {
      name,
      ...(image === undefined ? {} : { image }),
      resources: { limits: amounts(lines, 'Limits'), requests: amounts(lines, 'Requests') },
    },
    status: {
      name,
      ...(image === undefined ? {} : { image }),
      ready: labelled(lines, 'Ready') === 'True',
      ...(restarts === undefined ? {} : { restartCount: Number(restarts) }),
      ...state(lines, 'State', 'state'),
      ...state(lines, 'Last State', 'lastState'),
    },
  }
}

/** `State:  Waiting` with reason, message and exit code below it. */
function state(lines: readonly string[], label: string, field: string): Record<string, unknown> {
  const start = lines.findIndex((line) => line.startsWith(`${label}:`))
  const word = labelled(lines, label)?.toLowerCase()
  if (start < 0 || (word !== 'waiting' && word !== 'running' && word !== 'terminated')) return {}
  const below: string[] = []
  for (const line of lines.slice(start + 1)) {
    if (!line.startsWith(' ')) break
    below.push(line.trim())
  }
  const [reason, message, exit] = ['Reason', 'Message', 'Exit Code'].map((each) => labelled(below, each))
  return {
    [field]: {
      [word]: {
        ...(reason ? { reason } : {}),
        ...(message ? { message } : {}),
        ...(exit ? { exitCode: Number(exit) } : {}),
      },
    },
  }
}

function amounts(lines: readonly string[], label: string): Record<string, string> {
  const start = lines.findIndex((line) => line.trimEnd() === `${label}:`)
  const found: Record<string, string> = {}
  for (const line of start < 0 ? [] : lines.slice(start + 1)) {
    const pair = /^ {1,4}([\w./-]{1,317}):\s+(\S+)$/.exec(line)
    if (!pair?.[1] || !line.startsWith(' ')) break
    found[pair[1]] = pair[2] ?? ''
  }
  return found
}
