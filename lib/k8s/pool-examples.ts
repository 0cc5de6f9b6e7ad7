import type { EventFact } from '@/collectors/cluster/events/collector'
import type { IpPoolFact } from '@/collectors/cluster/ip-pool/nv-ipam.collector'
import type { NadFact } from '@/collectors/cluster/nad/collector'

/** A pool with room: one block of 8 given, gateway at the end of the subnet. */
export function examplePool(change: Partial<IpPoolFact> = {}): IpPoolFact {
  return {
    name: 'rail-0',
    namespace: 'network-operator',
    createdAt: null,
    subnet: '192.168.1.0/24',
    blockSize: 16,
    gateway: null,
    exclusions: [],
    nodeSelector: null,
    blocks: [{ node: 'dgx030', start: '192.168.1.1', end: '192.168.1.16' }],
    hasStatus: true,
    ...change,
  }
}

/** An event about a pool. */
export function exampleEvent(
  reason: string,
  pool: string,
  message: string,
  change: Partial<EventFact> = {},
): EventFact {
  return {
    namespace: 'network-operator',
    name: 'e',
    kind: 'IPPool',
    objectNamespace: 'network-operator',
    objectName: pool,
    objectUid: null,
    type: 'Warning',
    reason,
    message,
    count: 1,
    firstAt: null,
    lastAt: null,
    source: null,
    node: null,
    ...change,
  }
}

/** An InfiniBand attachment that takes addresses from the pool. */
export function exampleNad(change: Partial<NadFact> = {}): NadFact {
  return {
    name: 'ibp24s0',
    namespace: 'default',
    createdAt: null,
    resourceName: 'nvidia.com/resibp24s0',
    owner: null,
    config: {
      name: 'ibp24s0',
      type: 'ib-sriov',
      types: ['ib-sriov'],
      ipam: { type: 'nv-ipam', pools: ['rail-0'], poolType: null, ranges: [] },
      rdmaIsolation: null,
      ibKubernetes: null,
      linkState: null,
      pkey: null,
      vlan: null,
    },
    configError: null,
    ...change,
  }
}
