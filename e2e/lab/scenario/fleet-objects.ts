import type { KubeObject } from '@/lib/collector'
import { EMPTY_RAIL, type FleetFault, rackOf } from './fleet-rule'
import { asObject, copy, type Data, loadObjects } from './objects'
import { stencil } from './stencil'

/** One machine of the fleet, as the cluster's objects need it. */
export interface FleetNode {
  number: number
  name: string
  address: string
  machineId: string
  bootId: string
  fault: FleetFault | null
}

/** Words of the stencils, and the same words of one node, in one order. */
const WORDS = ['{name}', '{ip}', '{machine}', '{boot}', '{rack}', '{uid}', '{id}', '{hi}', '{lo}', '{net}'] as const

function wordsOf(node: FleetNode): string[] {
  const hex = node.number.toString(16).padStart(3, '0')
  return [
    node.name,
    node.address,
    node.machineId,
    node.bootId,
    `r${String(rackOf(node.number)).padStart(3, '0')}`,
    node.number.toString(16).padStart(12, '0'),
    `n${node.number.toString(36).padStart(4, '0')}`,
    hex.slice(0, 2),
    hex.slice(2),
    `10.${128 + (node.number >> 8)}.${node.number & 255}`,
  ]
}

const RECORDED = 'dgx030'
/** The PCI addresses of the rails in order, as in nodes/spec.ts. */
const RAILS = ['18', '40', '4f', '5e', '9a', 'c0', 'ce', 'dc']

/** Objects of a cluster of these nodes: the recorded healthy pair's, with as many nodes, pods and addresses as the rule asks. */
export function fleetObjects(nodes: readonly FleetNode[]): KubeObject[] {
  const healthy = loadObjects('seed/healthy.yaml').map(renamedPools)
  const incident = loadObjects('seed/incident.yaml')
  const ofPair = (object: KubeObject) => /dgx03[01]/.test(`${object.metadata.name} ${nodeOf(object) ?? ''}`)
  const pods = healthy.filter(
    (object) => object.kind === 'Pod' && nodeOf(object) === RECORDED && object.metadata.namespace !== 'runai-test',
  )
  const makers = {
    node: nodeMakers(find(healthy, 'Node'), find(incident, 'Node')),
    state: stateMakers(find(healthy, 'SriovNetworkNodeState'), find(incident, 'SriovNetworkNodeState')),
    pods: pods.map((pod) => ({ well: podMaker(pod, false), lost: podMaker(pod, true) })),
  }
  const own = nodes.flatMap((node) => {
    const words = wordsOf(node)
    const lost = isLost(node)
    const key = node.fault ?? 'healthy'
    return [
      makers.node(key)(words),
      makers.state(key)(words),
      ...makers.pods.map((maker) => (lost ? maker.lost : maker.well)(words)),
    ]
  })
  return [...healthy.filter((object) => !ofPair(object)).map((object) => scaled(object, nodes)), ...own]
}

/** True where the control plane no longer hears the kubelet, or hears that it is not ready. */
function isLost(node: FleetNode): boolean {
  return node.fault === 'off' || node.fault === 'not-ready'
}

type Make = (own: readonly string[]) => KubeObject
type Key = FleetFault | 'healthy'

/** One stencil per kind of node, made when first needed. */
function byKey(build: (key: Key) => KubeObject): (key: Key) => Make {
  const made = new Map<Key, Make>()
  return (key) => {
    const known = made.get(key) ?? stencil(build(key), WORDS)
    made.set(key, known)
    return known
  }
}

function nodeMakers(healthy: KubeObject, pending: KubeObject): (key: Key) => Make {
  return byKey((key) => {
    const node = named(key === 'firmware-pending' ? pending : healthy)
    const [labels, spec, status] = [child(node, 'metadata', 'labels'), child(node, 'spec'), child(node, 'status')]
    Object.assign(labels, { 'topology.kubernetes.io/rack': '{rack}' })
    Object.assign(spec, { podCIDR: '{net}.0/24', podCIDRs: ['{net}.0/24'] })
    Object.assign(status, {
      addresses: [
        { type: 'InternalIP', address: '{ip}' },
        { type: 'Hostname', address: '{name}' },
      ],
    })
    Object.assign(child(node, 'status', 'nodeInfo'), {
      bootID: '{boot}',
      machineID: '{machine}',
      systemUUID: '{boot}',
      kernelVersion: '6.8.0-1030-nvidia',
      osImage: 'Ubuntu 24.04.2 LTS',
    })
    if (key === 'missing-vfs')
      for (const list of ['allocatable', 'capacity'])
        Object.assign(child(node, 'status', list), { [`nvidia.com/resibp${railNumber(EMPTY_RAIL)}s0`]: '0' })
    if (key === 'off') silent(spec, status, 'unreachable', 'Unknown', 'NodeStatusUnknown', STOPPED)
    if (key === 'not-ready') silent(spec, status, 'not-ready', 'False', 'KubeletNotReady', NO_CNI)
    return asObject(node)
  })
}

const STOPPED = 'Kubelet stopped posting node status.'
const NO_CNI =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'

/** As the node lifecycle controller leaves a node: conditions and the two taints. */
function silent(spec: Data, status: Data, taint: string, ready: string, reason: string, message: string): void {
  const conditions = status.conditions as unknown as { type: string }[]
  status.conditions = conditions.map((each) =>
    each.type === 'Ready' || ready === 'Unknown' ? { ...each, status: ready, reason, message } : each,
  ) as unknown as Data
  spec.taints = ['NoSchedule', 'NoExecute'].map((effect) => ({
    key: `node.kubernetes.io/${taint}`,
    effect,
    timeAdded: '2026-11-21T15:00:00Z',
  })) as unknown as Data
}

function stateMakers(healthy: KubeObject, pending: KubeObject): (key: Key) => Make {
  return byKey((key) => {
    const state = named(key === 'firmware-pending' ? pending : healthy)
    const status = child(state, 'status')
    const interfaces = status.interfaces as unknown as Data[]
    for (const [at, seen] of interfaces.entries()) {
      const rail = RAILS.indexOf(String(seen.pciAddress).slice(5, 7))
      const last = rail < 0 ? `f${(at % 16).toString(16)}` : 'e0'
      const digit = rail < 0 ? 'f' : rail.toString(16)
      Object.assign(seen, { mac: String(seen.mac).replace(/a0:88:c2.*$/, `a0:88:c2:03:00:{hi}:{lo}${digit}:${last}`) })
      if (rail < 0 || !Array.isArray(seen.Vfs)) continue
      if (key === 'missing-vfs' && rail === EMPTY_RAIL) {
        delete seen.Vfs
        delete (seen as Record<string, unknown>).numVfs
        continue
      }
      for (const [vf, function_] of (seen.Vfs as unknown as Data[]).entries()) {
        const end = (0xe1 + vf).toString(16)
        Object.assign(function_, {
          guid: `${end}:{lo}${digit}:{hi}:00:03:c2:88:a0`,
          mac: `00:00:${(0x40 + vf).toString(16)}:29:fe:80:00:00:00:00:00:00:a0:88:c2:03:00:{hi}:{lo}${digit}:${end}`,
        })
      }
    }
    return asObject(state)
  })
}

/** A DaemonSet's pod; on a node that is not heard its Ready conditions are false, as the controller writes them. */
function podMaker(pod: KubeObject, lost: boolean): Make {
  const made = named(pod)
  const metadata = child(made, 'metadata')
  Object.assign(metadata, { name: `${String(metadata.generateName)}{id}` })
  Object.assign(child(made, 'status'), {
    hostIP: '{ip}',
    hostIPs: [{ ip: '{ip}' }],
    podIP: '{net}.2',
    podIPs: [{ ip: '{net}.2' }],
  })
  if (lost) {
    const conditions = child(made, 'status').conditions as unknown as { type: string }[]
    child(made, 'status').conditions = conditions.map((each) =>
      /Ready$/.test(each.type) ? { ...each, status: 'False' } : each,
    ) as unknown as Data
  }
  return stencil(asObject(made), WORDS)
}

/** Cluster-wide objects sized for this many nodes. */
function scaled(object: KubeObject, nodes: readonly FleetNode[]): KubeObject {
  if (object.kind === 'DaemonSet') return counted(object, nodes)
  if (object.kind === 'IPPool') return allocated(object, nodes)
  if (object.kind !== 'ConfigMap' || object.metadata.name !== 'device-plugin-config') return object
  const map = copy(object)
  const config = child(map, 'data')[RECORDED]
  return asObject({ ...map, data: Object.fromEntries(nodes.map((node) => [node.name, config])) as Data })
}

/** Numbers as the DaemonSet controller counts: a taint that is not tolerated takes a node out of `desired`. */
function counted(object: KubeObject, nodes: readonly FleetNode[]): KubeObject {
  const set = copy(object)
  const status = child(set, 'status')
  const tolerations = child(set, 'spec', 'template', 'spec').tolerations as unknown as { key?: string }[] | undefined
  const lost = nodes.filter(isLost).length
  const toleratesAll = (tolerations ?? []).some((each) => each.key === undefined)
  const elsewhere = Number(status.desiredNumberScheduled) - 2
  const wanted = nodes.length + elsewhere - (toleratesAll ? 0 : lost)
  const ready = nodes.length + elsewhere - lost
  Object.assign(status, {
    currentNumberScheduled: wanted,
    desiredNumberScheduled: wanted,
    updatedNumberScheduled: wanted,
    numberReady: ready,
    numberAvailable: ready,
    numberMisscheduled: toleratesAll ? 0 : lost,
    ...(ready < wanted ? { numberUnavailable: wanted - ready } : {}),
  })
  return asObject(set)
}

/** A /16 per rail with one block of eight for every node, as nv-ipam hands them out. */
function allocated(object: KubeObject, nodes: readonly FleetNode[]): KubeObject {
  const pool = copy(object)
  const net = `10.${64 + Number(object.metadata.name.replace(/\D+/, ''))}`
  const ip = (host: number) => `${net}.${host >> 8}.${host & 255}`
  Object.assign(child(pool, 'spec'), { subnet: `${net}.0.0/16` })
  const block = (nodeName: string, at: number) => ({ nodeName, startIP: ip(at * 8 + 1), endIP: ip(at * 8 + 8) })
  const allocations = [...nodes.map((node, at) => block(node.name, at)), block('head01', nodes.length)]
  return asObject({ ...pool, status: { allocations } as unknown as Data })
}

/** The recorded pools are named after subnets that are too small here. */
function renamedPools(object: KubeObject): KubeObject {
  const text = JSON.stringify(object)
  return text.includes('vf-pool-') ? asObject(JSON.parse(text.replaceAll('vf-pool-192-168-', 'vf-pool-rail-'))) : object
}

/** A recorded object of dgx030 with words in place of its name and uid. */
function named(object: KubeObject): Data {
  const data = JSON.parse(JSON.stringify(object).replaceAll(RECORDED, '{name}')) as Data
  const metadata = child(data, 'metadata')
  Object.assign(metadata, { uid: `${String(metadata.uid).slice(0, 8)}-0000-4000-8000-{uid}` })
  return data
}

function find(objects: readonly KubeObject[], kind: string): KubeObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === RECORDED)
  if (!found) throw new Error(`the recorded fleet has no ${kind} ${RECORDED}`)
  return found
}

/** @throws Error where the recorded object lacks the part. */
function child(data: Data, ...path: readonly string[]): Data {
  return path.reduce((at, key) => {
    const next = at[key]
    if (next === undefined) throw new Error(`the recorded object has no ${path.join('.')}`)
    return next
  }, data)
}

function nodeOf(object: KubeObject): string | null {
  const spec = object.spec as { nodeName?: string } | undefined
  return spec?.nodeName ?? null
}

/** Bus number of a rail as its interface name has it: 9a is ibp154s0. */
function railNumber(rail: number): number {
  return Number.parseInt(RAILS[rail] ?? '', 16)
}
