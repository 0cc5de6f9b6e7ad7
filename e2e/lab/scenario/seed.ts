import type { KubeObject } from '@/lib/collector'
import { dgxB200, type NodeSpec } from '../nodes/spec'
import { asObject, copy, type Data, keyOf, loadLines, loadObjects, nodeObject, overlay, workerDone } from './objects'
import type { Scenario, Stage, World } from './scenario'

/** The incident Cairn grew from, on two DGX B200 nodes: each repair reveals the next fault. */
const NODES = [
  { name: 'dgx030', address: '127.77.0.30', number: 30 },
  { name: 'dgx031', address: '127.77.0.31', number: 31 },
] as const
const RDMA_RESOURCE = 'rdma/hca_shared_devices_a'

/** What is true at a stage; everything else is as recorded healthy. */
interface Truth {
  boots: number
  uptimeSec: number
  vfsNow: number
  vfsNext: number
  /** Policy applied: VFs exist, resources are advertised, node states are in sync. */
  synced: boolean
  daemonLog: string
  release: string
  rdmaPlugin: boolean
  secondaryNetwork: boolean
  /** The training workers have ended: GPUs are free for a proof. */
  workersDone: boolean
}

export function seedScenario(): Scenario {
  const recorded = {
    healthy: loadObjects('seed/healthy.yaml'),
    incident: loadObjects('seed/incident.yaml'),
    rdma: loadObjects('seed/rdma-plugin.yaml'),
  }
  const stage = (id: string, title: string, repair: string | null, truth: Truth): Stage => ({
    id,
    title,
    repair,
    world: () => worldOf(recorded, truth),
  })
  const day = 86_400
  const broken: Truth = {
    boots: 1,
    uptimeSec: 9 * day,
    vfsNow: 16,
    vfsNext: 16,
    synced: false,
    daemonLog: 'seed/config-daemon-nv-access.log',
    release: 'v24.7.0',
    rdmaPlugin: false,
    secondaryNetwork: true,
    workersDone: false,
  }
  const upgraded: Truth = { ...broken, vfsNext: 8, daemonLog: 'seed/config-daemon-pending.log', release: 'v25.7.0' }
  const cycled: Truth = {
    ...upgraded,
    boots: 2,
    uptimeSec: 900,
    vfsNow: 8,
    synced: true,
    daemonLog: 'seed/config-daemon-healthy.log',
  }
  const replaced: Truth = { ...cycled, uptimeSec: 1_800, rdmaPlugin: true, secondaryNetwork: false }
  const healthy: Truth = { ...replaced, uptimeSec: 3_600, secondaryNetwork: true, workersDone: true }
  return {
    id: 'seed',
    title: 'The seed incident on dgx030 and dgx031',
    stages: [
      stage(
        'firmware-write',
        'The operator of release 24.7 cannot write NIC firmware',
        'Upgrade the operators to 25.7.0: the daemon writes NUM_OF_VFS=8',
        broken,
      ),
      stage('power-cycle', 'Firmware values wait for a power cycle', 'Drain both nodes and power-cycle them', upgraded),
      stage(
        'rdma-plugin',
        'A pod asks for an RDMA resource nobody offers',
        'Apply a NicClusterPolicy with rdmaSharedDevicePlugin',
        cycled,
      ),
      stage(
        'policy-replaced',
        'The new policy names a wrong nv-ipam image and lost Multus',
        'Correct the image to nvidia-k8s-ipam and add secondaryNetwork',
        replaced,
      ),
      stage('healthy', 'Everything configured; not proved by a run yet', null, healthy),
    ],
  }
}

interface Recorded {
  healthy: readonly KubeObject[]
  incident: readonly KubeObject[]
  rdma: readonly KubeObject[]
}

function worldOf(recorded: Recorded, truth: Truth): World {
  const nodes = NODES.map(
    (each): NodeSpec => ({
      ...dgxB200({ ...each, vfsNow: truth.vfsNow, vfsNext: truth.vfsNext, vfsCreated: truth.synced ? 8 : 0 }),
      bootId: `b200${truth.boots.toString().padStart(4, '0')}-0000-4000-8000-${each.number.toString().padStart(12, '0')}`,
      uptimeSec: truth.uptimeSec,
    }),
  )
  let objects = [...recorded.healthy]
  if (!truth.synced)
    objects = overlay(
      objects,
      recorded.incident.filter((object) => isFirmwarePart(object)),
    )
  objects = truth.rdmaPlugin ? overlay(objects, rdmaPlugin(recorded.rdma)) : objects
  if (!truth.secondaryNetwork) objects = withoutSecondaryNetwork(objects, recorded.incident)
  objects = objects.map((object) => {
    const spec = nodes.find((node) => object.kind === 'Node' && node.name === object.metadata.name)
    return spec ? withRdma(nodeObject(object, spec), truth.rdmaPlugin) : object
  })
  objects = objects.map((object) => withRelease(withPolicy(object, truth), truth.release))
  if (truth.workersDone) objects = objects.map(workerDone)
  objects.push(rdmaPod(truth.rdmaPlugin))
  return { objects, nodes, logs: daemonLogs(objects, loadLines(truth.daemonLog)) }
}

/** Nodes without resources, node states in progress, waiting workers: as recorded in the incident. */
function isFirmwarePart(object: KubeObject): boolean {
  return (
    object.kind === 'Node' ||
    object.kind === 'SriovNetworkNodeState' ||
    (object.kind === 'Pod' && object.metadata.name.startsWith('nccl-worker'))
  )
}

/** nv-ipam with the image name that does not exist, and no Multus: objects of the incident, the healthy ones gone. */
function withoutSecondaryNetwork(objects: readonly KubeObject[], incident: readonly KubeObject[]): KubeObject[] {
  const isOf = (object: KubeObject, words: readonly string[]) =>
    words.some((word) => object.metadata.name.includes(word)) &&
    ['DaemonSet', 'Deployment', 'Pod'].includes(object.kind ?? '')
  const kept = objects.filter((object) => !isOf(object, ['multus', 'cni-plugins', 'nv-ipam']))
  const policy = incident.filter((object) => object.kind === 'NicClusterPolicy')
  return overlay(kept, [...policy, ...incident.filter((object) => isOf(object, ['nv-ipam']))])
}

/** The policy says what was asked for; its states follow. */
function withPolicy(object: KubeObject, truth: Truth): KubeObject {
  if (object.kind !== 'NicClusterPolicy') return object
  const policy = copy(object)
  const states = (policy.status as Data).appliedStates as unknown as { name: string; state: string }[]
  const rdma = states.find((state) => state.name === 'state-RDMA-device-plugin')
  if (rdma) rdma.state = truth.rdmaPlugin ? 'ready' : 'ignore'
  if (truth.rdmaPlugin) {
    const config = {
      configList: [
        {
          resourceName: 'hca_shared_devices_a',
          rdmaHcaMax: 63,
          selectors: { vendors: ['15b3'], linkTypes: ['infiniband'] },
        },
      ],
    }
    const plugin = {
      image: 'k8s-rdma-shared-dev-plugin',
      repository: 'nvcr.io/nvidia/mellanox',
      version: 'network-operator-v25.7.0',
      config: JSON.stringify(config),
    }
    ;(policy.spec as Record<string, unknown>).rdmaSharedDevicePlugin = plugin
  }
  return asObject(policy)
}

/** Operators of another release: the image tag of their Deployments tells. */
function withRelease(object: KubeObject, release: string): KubeObject {
  if (release === 'v25.7.0' || object.kind !== 'Deployment' || !/network-operator/.test(object.metadata.name))
    return object
  return asObject(JSON.parse(JSON.stringify(object).replaceAll('v25.7.0', release)) as Data)
}

/** The plug-in's DaemonSet and one pod per GPU node, in this cluster's operator namespace. */
function rdmaPlugin(recorded: readonly KubeObject[]): KubeObject[] {
  return recorded.flatMap((object) => {
    const moved = copy(object)
    const meta = moved.metadata
    Object.assign(meta ?? {}, { namespace: 'network-operator' })
    if (object.kind === 'DaemonSet') {
      const status = moved.status as Record<string, unknown>
      for (const key of [
        'currentNumberScheduled',
        'desiredNumberScheduled',
        'numberAvailable',
        'numberReady',
        'updatedNumberScheduled',
      ])
        status[key] = NODES.length
      delete status.numberUnavailable
      return [asObject(release25(moved))]
    }
    if (object.kind !== 'Pod') return [asObject(moved)]
    return NODES.map((node) => {
      const pod = structuredClone(moved)
      Object.assign(pod.metadata as object, { name: `rdma-shared-dp-ds-${node.name}`, uid: `rdma-dp-${node.name}` })
      Object.assign(pod.spec as object, { nodeName: node.name })
      return asObject(release25(pod))
    })
  })
}

function release25(data: Data): Data {
  return JSON.parse(
    JSON.stringify(data).replaceAll(
      'ghcr.io/mellanox/k8s-rdma-shared-dev-plugin:v1.5.1',
      'nvcr.io/nvidia/mellanox/k8s-rdma-shared-dev-plugin:network-operator-v25.7.0',
    ),
  ) as Data
}

function withRdma(object: KubeObject, offered: boolean): KubeObject {
  if (!offered) return object
  const node = copy(object)
  const status = node.status as Data
  for (const key of ['capacity', 'allocatable']) Object.assign(status[key] as object, { [RDMA_RESOURCE]: '63' })
  return asObject(node)
}

/** A storage benchmark that wants the shared RDMA resource: what makes the missing plug-in a fault. */
function rdmaPod(running: boolean): KubeObject {
  const waiting = {
    phase: 'Pending',
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient ${RDMA_RESOURCE}. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
        lastTransitionTime: '2026-11-21T13:02:11Z',
      },
    ],
  }
  const started = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-21T14:40:00Z' }],
    containerStatuses: [
      {
        name: 'fio',
        ready: true,
        restartCount: 0,
        image: 'registry.example/storage/fio:3.39',
        state: { running: { startedAt: '2026-11-21T14:40:00Z' } },
      },
    ],
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'storage-bench-0',
      namespace: 'runai-test',
      uid: 'storage-bench-0',
      creationTimestamp: '2026-11-21T13:02:10Z',
      labels: { app: 'storage-bench' },
    },
    spec: {
      ...(running ? { nodeName: 'dgx030' } : {}),
      containers: [
        {
          name: 'fio',
          image: 'registry.example/storage/fio:3.39',
          resources: { limits: { [RDMA_RESOURCE]: '1' }, requests: { [RDMA_RESOURCE]: '1' } },
          securityContext: { capabilities: { add: ['IPC_LOCK'] } },
        },
      ],
    },
    status: running ? started : waiting,
  }
}

/** The config daemon's log, in every one of its pods. */
function daemonLogs(objects: readonly KubeObject[], lines: readonly string[]): Record<string, readonly string[]> {
  const pods = objects.filter(
    (object) => object.kind === 'Pod' && object.metadata.name.startsWith('sriov-network-config-daemon'),
  )
  return Object.fromEntries(
    pods.map((pod) => [`${pod.metadata.namespace}/${pod.metadata.name}/sriov-network-config-daemon`, lines]),
  )
}

/** Names of objects two worlds share: the lab removes those that are gone. */
export function keysOf(world: World): ReadonlySet<string> {
  return new Set(world.objects.map(keyOf))
}
