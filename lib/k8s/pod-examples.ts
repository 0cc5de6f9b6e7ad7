import type { PodContainer, PodFact } from '@/collectors/cluster/pods/fact'

/** A container that asks one GPU and one VF, with IPC_LOCK. */
export function exampleContainer(change: Partial<PodContainer> = {}): PodContainer {
  return {
    name: 'main',
    init: false,
    image: 'nccl',
    ready: true,
    restarts: 0,
    now: { state: 'running', reason: null, message: null, exitCode: null, finishedAt: null },
    before: null,
    requests: { 'nvidia.com/gpu': 8, 'nvidia.com/resibp24s0': 1 },
    privileged: null,
    capabilitiesAdded: ['IPC_LOCK'],
    env: {},
    ...change,
  }
}

/** A running pod with one rail attached. */
export function examplePod(change: Partial<PodFact> = {}): PodFact {
  return {
    namespace: 'default',
    name: 'worker-0',
    uid: 'u1',
    node: 'dgx030',
    phase: 'Running',
    reason: null,
    message: null,
    created: null,
    deleted: null,
    labels: {},
    owner: null,
    conditions: [],
    containers: [exampleContainer()],
    requests: { 'nvidia.com/gpu': 8, 'nvidia.com/resibp24s0': 1 },
    networksAnnotation: 'ibp24s0',
    networks: [{ namespace: 'default', name: 'ibp24s0', interface: null }],
    hasNetworkStatus: true,
    networkStatus: [
      { name: 'cbr0', interface: 'eth0', ips: ['10.244.3.17'], default: true, pci: null, rdmaDevice: null },
      {
        name: 'default/ibp24s0',
        interface: 'net1',
        ips: ['192.168.1.2'],
        default: false,
        pci: '0000:18:00.3',
        rdmaDevice: 'mlx5_14',
      },
    ],
    hostNetwork: false,
    shm: { sizeLimitBytes: null },
    nodeSelector: {},
    schedulingGates: [],
    priorityClass: null,
    scc: null,
    ...change,
  }
}

/** A pod that no node takes, with the scheduler's words. */
export function examplePending(message: string, requests: Readonly<Record<string, number>>): PodFact {
  return examplePod({
    node: null,
    phase: 'Pending',
    requests,
    hasNetworkStatus: false,
    networkStatus: null,
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, since: null }],
  })
}
