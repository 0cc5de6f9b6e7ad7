import type { NodeStateFact, PfState } from '@/collectors/cluster/sriov-node-state/parse'
import type { SriovFacts, SriovPf, SriovVf } from '@/collectors/node/sriov/facts'

/** A bound VF with GUIDs, for examples. */
export function exampleVf(index: number, over: Partial<SriovVf> = {}): SriovVf {
  const guid = `02:00:00:00:00:18:00:0${index}`
  return {
    index,
    pci: `0000:18:00.${index + 1}`,
    driver: 'mlx5_core',
    nodeGuid: guid,
    portGuid: guid,
    guidAssigned: true,
    policy: 'Follow',
    ...over,
  }
}

/** An InfiniBand PF with two VFs of eight, for examples. */
export function examplePf(over: Partial<SriovPf> = {}): SriovPf {
  return {
    pci: '0000:18:00.0',
    netdev: 'ibp24s0',
    totalVfs: 8,
    numVfs: 2,
    autoprobe: true,
    vfs: [exampleVf(0), exampleVf(1)],
    driver: 'mlx5_core',
    deviceId: '1021',
    linkLayer: 'InfiniBand',
    capable: true,
    ...over,
  }
}

/** The fact `sriov` for examples. */
export function exampleSriov(...pfs: readonly SriovPf[]): SriovFacts {
  return { pfs }
}

/** A synced node state whose policy wants `numVfs` of 0000:18:00.0, for examples. */
export function exampleNodeState(numVfs: number, over: Partial<NodeStateFact> = {}): NodeStateFact {
  const wanted = {
    pci: '0000:18:00.0',
    name: 'ibp24s0',
    numVfs,
    mtu: null,
    linkType: 'IB',
    eSwitchMode: null,
    externallyManaged: false,
  }
  const vfGroups = [
    {
      resourceName: 'rail_0',
      policyName: 'rail-0',
      vfRange: `0-${Math.max(0, numVfs - 1)}`,
      deviceType: 'netdevice',
      isRdma: true,
    },
  ]
  return {
    node: 'dgx030',
    namespace: 'network-operator',
    createdAt: null,
    changedAt: null,
    desiredState: 'Idle',
    currentState: 'Idle',
    keepUntil: null,
    externalDrainer: false,
    reported: true,
    inventory: true,
    specs: numVfs === 0 ? [] : [{ ...wanted, vfGroups }],
    pfs: [],
    syncStatus: 'Succeeded',
    lastSyncError: null,
    rdmaModeWanted: null,
    rdmaMode: null,
    ...over,
  }
}

/** The same PF as the operator reports it, with `numVfs` VFs, for examples. */
export function examplePfState(numVfs: number): PfState {
  return {
    pci: '0000:18:00.0',
    name: 'ibp24s0',
    altNames: [],
    vendor: '15b3',
    deviceId: '1021',
    driver: 'mlx5_core',
    mtu: null,
    linkSpeed: null,
    linkType: 'IB',
    linkAdminState: 'up',
    eSwitchMode: null,
    totalVfs: 8,
    numVfs,
    externallyManaged: false,
    vfs: Array.from({ length: numVfs }, (_, index) => ({
      index,
      pci: `0000:18:00.${index + 1}`,
      name: null,
      driver: 'mlx5_core',
      mac: null,
      guid: null,
      portGuid: null,
      zeroGuid: false,
    })),
  }
}
