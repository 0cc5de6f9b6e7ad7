import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { NodeStateFact, PfSpec, PfState } from '@/collectors/cluster/sriov-node-state/parse'
import type { SriovPolicyFact } from '@/collectors/cluster/sriov-policy/collector'

/** Healthy objects that the examples of checks vary. */

/** A PF with `total` VFs in firmware and `created` VFs. */
export function examplePf(name: string, pci: string, total: number | null, created: number): PfState {
  return {
    pci,
    name,
    altNames: [],
    vendor: '15b3',
    deviceId: '1021',
    driver: 'mlx5_core',
    mtu: 4092,
    linkSpeed: '400000 Mb/s',
    linkType: 'IB',
    linkAdminState: 'up',
    eSwitchMode: 'legacy',
    totalVfs: total,
    numVfs: created,
    externallyManaged: false,
    vfs: [],
  }
}

/** What a policy asks of a PF. */
export function exampleSpec(name: string, pci: string, numVfs: number): PfSpec {
  return {
    pci,
    name,
    numVfs,
    mtu: null,
    linkType: 'IB',
    eSwitchMode: null,
    externallyManaged: false,
    vfGroups: [
      {
        resourceName: `res${name}`,
        policyName: name,
        vfRange: `0-${numVfs - 1}`,
        deviceType: 'netdevice',
        isRdma: true,
      },
    ],
  }
}

/** A node state in sync: one rail, 8 VFs. */
export function exampleState(change: Partial<NodeStateFact> = {}): NodeStateFact {
  return {
    node: 'dgx030',
    namespace: 'network-operator',
    createdAt: '2026-03-02T08:00:00Z',
    changedAt: '2026-03-02T09:00:00Z',
    desiredState: 'Idle',
    currentState: 'Idle',
    keepUntil: null,
    externalDrainer: false,
    reported: true,
    inventory: true,
    specs: [exampleSpec('ibp24s0', '0000:18:00.0', 8)],
    pfs: [examplePf('ibp24s0', '0000:18:00.0', 8, 8)],
    syncStatus: 'Succeeded',
    lastSyncError: null,
    rdmaModeWanted: null,
    rdmaMode: null,
    ...change,
  }
}

/** A Ready node that offers 8 VFs of one rail. */
export function exampleNode(change: Partial<NodeFact> = {}): NodeFact {
  return {
    name: 'dgx030',
    createdAt: '2026-03-02T08:00:00Z',
    deletedAt: null,
    labels: { 'nvidia.com/gpu.present': 'true' },
    annotations: {},
    sriovState: 'Idle',
    unschedulable: false,
    taints: [],
    conditions: [
      { type: 'Ready', status: 'True', reason: 'KubeletReady', message: null, transitionAt: null, heartbeatAt: null },
    ],
    ready: 'True',
    reportsResources: true,
    resources: [{ name: 'nvidia.com/resibp24s0', capacity: 8, allocatable: 8 }],
    addresses: [],
    bootId: null,
    machineId: null,
    systemUuid: null,
    kernel: null,
    osImage: null,
    containerRuntime: null,
    kubelet: null,
    ...change,
  }
}

/** A policy for one rail of all GPU nodes. */
export function examplePolicy(change: Partial<SriovPolicyFact> = {}): SriovPolicyFact {
  return {
    name: 'ibp24s0',
    namespace: 'network-operator',
    nodeSelector: { 'nvidia.com/gpu.present': 'true' },
    nicSelector: { vendor: '15b3', deviceId: null, pfNames: ['ibp24s0'], rootDevices: [], netFilter: null },
    numVfs: 8,
    resourceName: 'resibp24s0',
    priority: 90,
    mtu: null,
    linkType: 'IB',
    isRdma: true,
    deviceType: 'netdevice',
    eSwitchMode: null,
    externallyManaged: false,
    excludeTopology: false,
    ...change,
  }
}
