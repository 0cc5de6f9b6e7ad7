import { describe, expect, it } from 'vitest'
import { readObjects } from '@/collectors/cluster/kubernetes/parse'
import { factsOfObjects } from '@/collectors/cluster/objects'
import { collectors } from '@/collectors/index.gen'
import missingResource from '@/lib/checks/resources/missing-resource'
import nodeState from '@/lib/checks/vfs/node-state-not-synced'
import policySelects from '@/lib/checks/vfs/policy-selects-nothing'
import { toCapture } from '@/lib/explain/capture'
import { explain } from '@/lib/explain/explain'
import { knowledge } from '@/lib/explain/knowledge'
import { exampleNode, examplePf, examplePolicy, exampleSpec, exampleState } from './examples'
import { inNetwork, networksOverlap, parseIp, parseNetwork, rangeSize, usable } from './ip'
import { whyPending } from './pending'
import { pfRows } from './pf-rows'
import { examplePending, examplePod } from './pod-examples'
import { examplePool } from './pool-examples'
import { blockCount } from './pools'
import { readScheduling } from './scheduling'

const ANYWHERE = { node: null, profile: null }
const row = (change: Parameters<typeof exampleState>[0]) => pfRows(exampleState(change)).map((each) => each.firmware)

describe('firmware against policy (k8s-formats §0.2, §2, §3.1)', () => {
  it('wants equality downwards too, but only enough where the PF is externally managed', () => {
    expect(row({ pfs: [examplePf('ibp24s0', '0000:18:00.0', 16, 16)] })).toEqual(['differs'])
    expect(row({ pfs: [examplePf('ibp24s0', '0000:18:00.0', 4, 4)] })).toEqual(['too-small'])
    expect(row({ pfs: [examplePf('ibp24s0', '0000:18:00.0', null, 0)] })).toEqual(['off'])
    const external = { ...exampleSpec('ibp24s0', '0000:18:00.0', 4), externallyManaged: true }
    expect(row({ specs: [external], pfs: [examplePf('ibp24s0', '0000:18:00.0', 16, 16)] })).toEqual(['fits'])
  })

  it('compares the larger request of both ports of a card, and other vendors only by size', () => {
    const specs = [exampleSpec('a', '0000:3b:00.0', 8), exampleSpec('b', '0000:3b:00.1', 4)]
    const pfs = [examplePf('a', '0000:3b:00.0', 8, 8), examplePf('b', '0000:3b:00.1', 8, 4)]
    expect(row({ specs, pfs })).toEqual(['fits', 'fits'])
    expect(row({ pfs: [{ ...examplePf('ibp24s0', '0000:18:00.0', 64, 8), vendor: '8086' }] })).toEqual(['fits'])
  })
})

describe('node states', () => {
  it('reads the real GUID from the address and only zero from the reversed field', () => {
    const text = `apiVersion: sriovnetwork.openshift.io/v1
kind: SriovNetworkNodeState
metadata: {name: n1, namespace: op}
status:
  interfaces:
  - pciAddress: "0000:18:00.0"
    linkSpeed: "-1 Mb/s"
    linkType: IB
    Vfs:
    - {vfID: 0, guid: "01:00:7a:00:03:64:32:02", mac: "00:00:05:e2:fe:80:00:00:00:00:00:00:02:32:64:03:00:7a:00:01"}
    - {vfID: 1, guid: "00:00:00:00:00:00:00:00"}
    - {vfID: 2}
  syncStatus: Succeeded
`
    const { nodeStates } = factsOfObjects(readObjects(toCapture(text)).objects, collectors)
    const vf = { portGuid: null, zeroGuid: null }
    expect(nodeStates).toMatchObject([
      {
        reported: true,
        pfs: [
          {
            linkSpeed: null,
            totalVfs: null,
            numVfs: 3,
            vfs: [{ portGuid: '02:32:64:03:00:7a:00:01', zeroGuid: false }, { ...vf, zeroGuid: true }, vf],
          },
        ],
      },
    ])
  })

  it('does not call an empty spec a fault of the policies while no inventory was reported', () => {
    const answer = policySelects.run(
      {
        sriovPolicies: [examplePolicy()],
        nodes: [exampleNode()],
        nodeStates: [exampleState({ specs: [], pfs: [], inventory: false })],
      },
      ANYWHERE,
    )
    expect(answer.status).toBe('lacking')
  })

  it('has no time limit without a clock, and one with it', () => {
    const state = exampleState({ syncStatus: 'InProgress', desiredState: 'Reboot_Required', currentState: 'Draining' })
    expect(nodeState.run({ nodeStates: [state] }, ANYWHERE).status).toBe('warn')
    expect(nodeState.run({ nodeStates: [state], clock: { now: '2026-03-02T10:00:00Z' } }, ANYWHERE).status).toBe('fail')
  })
})

describe('resources', () => {
  it('says nothing of a node whose kubelet is silent', () => {
    expect(
      missingResource.run(
        { nodes: [exampleNode({ ready: 'Unknown', resources: [] })], nodeStates: [exampleState()] },
        ANYWHERE,
      ).status,
    ).toBe('lacking')
  })

  it('computes free from requests, never from allocatable alone', () => {
    const pending = examplePending('', { 'nvidia.com/resibp24s0': 8 })
    expect(whyPending(pending, [exampleNode()], [pending, examplePod()]).kind).toBe('queue')
    expect(whyPending(pending, [exampleNode()], [pending, examplePod({ phase: 'Succeeded' })])).toMatchObject({
      kind: 'fault',
      resources: [],
    })
  })

  it('does not take a taint for the cause where a resource is short, old and new wording', () => {
    const old = readScheduling(
      '0/10 nodes are available: 2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 8 Insufficient nvidia.com/resibp24s0. preemption: 0/10 nodes are available: 10 Preemption is not helpful for scheduling.',
    )
    expect(old).toEqual({
      nodes: 10,
      insufficient: [{ resource: 'nvidia.com/resibp24s0', nodes: 8 }],
      others: ['2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }'],
    })
    const new_ = readScheduling(
      '0/5 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient rdma/hca. no new claims to deallocate, preemption: 0/5 nodes are available: 5 Preemption is not helpful.',
    )
    expect(new_.insufficient).toEqual([{ resource: 'rdma/hca', nodes: 3 }])
  })
})

describe('IP arithmetic', () => {
  it('counts blocks as nv-ipam does', () => {
    expect(blockCount(examplePool({ subnet: '192.168.0.0/24', blockSize: 8 }))).toBe(31)
    expect(blockCount(examplePool({ subnet: '192.168.0.0/24', blockSize: 16 }))).toBe(15)
    expect(blockCount(examplePool({ subnet: '192.168.3.0/27', blockSize: 8 }))).toBe(3)
    expect(blockCount(examplePool({ subnet: 'fd00::/64', blockSize: 8 }))).toBe(Number.MAX_SAFE_INTEGER)
    expect(blockCount(examplePool({ subnet: 'x', blockSize: 8 }))).toBeNull()
  })

  it('refuses what is no address', () => {
    for (const bad of ['1.2.3', '1.2.3.256', '01.2.3.4', '1.2.3.4.5', 'fd00:::1', '1::2::3', 'g::1', '', '10.0.0.1/24'])
      expect(parseIp(bad), bad).toBeNull()
    for (const bad of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/24/8'])
      expect(parseNetwork(bad), bad).toBeNull()
    expect(parseIp('fd00::1')).toEqual({ bits: 128, value: (0xfd00n << 112n) + 1n })
  })

  it('knows sizes, membership and overlap', () => {
    const [a, b] = [parseNetwork('10.0.0.77/24'), parseNetwork('10.0.0.128/25')]
    if (a === null || b === null) throw new Error('networks must parse')
    expect([usable(a), usable(b), networksOverlap(a, b), rangeSize('10.0.0.1', '10.0.0.8')]).toEqual([
      254n,
      126n,
      true,
      8n,
    ])
    expect(inNetwork({ bits: 32, value: 0x0a000100n }, a)).toBe(false)
  })
})

describe('seed statements that a naive rule repeats (k8s-formats §17), each from one capture', () => {
  const said = (...objects: object[]) => {
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    const { verdicts, causes } = explain('x', text, knowledge).answer
    const of = (status: string) => verdicts.filter((each) => each.status === status).map((each) => each.check)
    return {
      failed: of('fail'),
      warned: of('warn'),
      causes: causes.map((each) => each.id),
      text: JSON.stringify(verdicts),
    }
  }
  const policy = (over: object = {}, meta: object = {}) => ({
    apiVersion: 'mellanox.com/v1alpha1',
    kind: 'NicClusterPolicy',
    metadata: { name: 'nic-cluster-policy', ...meta },
    spec: { nvIpam: { image: 'nvidia-k8s-ipam', repository: 'ghcr.io/mellanox', version: 'v0.2.0' } },
    status: {
      state: 'ready',
      appliedStates: [
        { name: 'state-nv-ipam-cni', state: 'ready' },
        { name: 'state-RDMA-device-plugin', state: 'ignore' },
      ],
    },
    ...over,
  })
  const pod = (image: string, message: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'nv-ipam-node-1', namespace: 'net', labels: { name: 'nv-ipam-node' } },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image }] },
    status: {
      phase: 'Pending',
      containerStatuses: [{ name: 'c', image, ready: false, state: { waiting: { reason: 'ErrImagePull', message } } }],
    },
  })
  const workload = (limits: object) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'w', namespace: 'ml' },
    spec: { containers: [{ name: 'c', image: 'i', resources: { limits } }] },
    status: { phase: 'Pending' },
  })
  const pool = (allocated: number, namespace = 'net') => ({
    apiVersion: 'nv-ipam.nvidia.com/v1alpha1',
    kind: 'IPPool',
    metadata: { name: 'rail0', namespace },
    spec: { subnet: '10.60.0.0/24', perNodeBlockSize: 8 },
    status: {
      allocations: Array.from({ length: allocated }, (_, at) => ({
        nodeName: at === 0 ? 'control-plane-1' : `gpu-${at}`,
        startIP: `10.60.0.${at * 8 + 1}`,
        endIP: `10.60.0.${at * 8 + 8}`,
      })),
    },
  })
  const deployment = (name: string, image: string, available: number) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'net', labels: { 'app.kubernetes.io/name': name, name } },
    spec: { replicas: 1, template: { spec: { containers: [{ name: 'c', image }] } } },
    status: { replicas: 1, availableReplicas: available, readyReplicas: available },
  })

  it('the nv-ipam image never had another name: a wrong one is wrong in every release, the right one never', () => {
    for (const tag of ['ghcr.io/mellanox/nv-ipam:v0.2.0', 'nvcr.io/nvidia/mellanox/nv-ipam:network-operator-v26.1.0']) {
      const { failed, text } = said(pod(tag, `failed to resolve reference "${tag}": ${tag}: not found`))
      expect(failed, tag).toContain('wrong-image-name')
      expect(text).toContain('nvidia-k8s-ipam')
    }
    const right = 'nvcr.io/nvidia/mellanox/nvidia-k8s-ipam:network-operator-v25.7.0'
    const { failed } = said(pod(right, 'failed to authorize: 401 Unauthorized'))
    expect(failed).toContain('image-pull-denied')
    expect(failed).not.toContain('wrong-image-name')
  })

  it('ignore of the RDMA plug-in is a fault only where something asks for rdma/*', () => {
    const other = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'nv-ipam-node', namespace: 'net', labels: { name: 'nv-ipam-node' } },
      status: { desiredNumberScheduled: 1, numberReady: 1, numberAvailable: 1, updatedNumberScheduled: 1 },
    }
    const needed = 'ignored-component-needed'
    expect(said(policy(), other, workload({ 'nvidia.com/rail0': 1 })).failed).not.toContain(needed)
    expect(said(policy(), other, workload({ 'rdma/hca_shared': 1 })).failed).toContain(needed)
  })

  it('a firmware that differs is no proof that a power cycle is needed', () => {
    const { failed, causes } = said({
      apiVersion: 'sriovnetwork.openshift.io/v1',
      kind: 'SriovNetworkNodeState',
      metadata: {
        name: 'n1',
        namespace: 'net',
        annotations: {
          'sriovnetwork.openshift.io/desired-state': 'Reboot_Required',
          'sriovnetwork.openshift.io/current-state': 'DrainComplete',
        },
      },
      spec: {
        interfaces: [{ name: 'ibs0', pciAddress: '0000:19:00.0', numVfs: 8, vfGroups: [{ resourceName: 'r' }] }],
      },
      status: {
        syncStatus: 'InProgress',
        interfaces: [{ name: 'ibs0', pciAddress: '0000:19:00.0', vendor: '15b3', totalvfs: 16, linkType: 'IB' }],
      },
    })
    expect(failed).toContain('node-state-not-synced')
    expect(failed).not.toContain('reboot-loop')
    expect(causes).not.toContain('power-cycle-required')
    expect(causes).not.toContain('firmware-reset-required')
  })

  it('devices and ifNames of the RDMA plug-in are netdevs, and rdmaHcaMax counts handles', () => {
    const map = (device: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'rdma-devices', namespace: 'net' },
      data: {
        'config.json': JSON.stringify({
          configList: [{ resourceName: 'a', rdmaHcaMax: 500, selectors: { ifNames: [device] } }],
        }),
      },
    })
    expect(said(map('mlx5_0')).failed).toContain('rdma-plugin-config')
    expect(said(map('ibp24s0')).failed).toEqual([])
  })

  it('a /24 in blocks of 8 holds 31 nodes, and the control plane takes one of them', () => {
    const full = said(pool(31))
    expect([...full.failed, ...full.warned]).toContain('pool-exhausted')
    expect(full.text).toContain('31')
    expect(said(pool(20)).failed).toEqual([])
  })

  it('an operator may live in any namespace, and a policy in none', () => {
    for (const namespace of ['net', 'nvidia-network-operator', 'openshift-sriov-network-operator'])
      expect(said(pool(4, namespace)).failed, namespace).toEqual([])
    expect(said(policy({}, { namespace: 'nvidia-network-operator' })).failed).toEqual(said(policy()).failed)
  })

  it('an image of another release is a warning, and ready says nothing of Deployments', () => {
    const operator = deployment('network-operator', 'nvcr.io/nvidia/cloud-native/network-operator:v25.7.0', 1)
    const skewed = said(policy(), operator)
    expect(skewed.warned).toContain('version-skew')
    expect(skewed.failed).toEqual([])
    const controller = deployment('nv-ipam-controller', 'ghcr.io/mellanox/nvidia-k8s-ipam:v0.2.0', 0)
    expect(said(policy(), operator, controller).failed).toContain('deployment-not-available')
  })
})
