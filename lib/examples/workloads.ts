/** Facts of NICs, jobs and webhooks for the examples of checks and causes. */
import type { GpuClusterPolicyFact } from '@/collectors/cluster/gpu-cluster-policies/collector'
import type { MpiJobFact } from '@/collectors/cluster/mpi-jobs/collector'
import type { NicDeviceFact } from '@/collectors/cluster/nic-devices/collector'
import type { SriovOperatorConfigFact } from '@/collectors/cluster/sriov-config/operator.collector'
import type { WebhookFact } from '@/collectors/cluster/webhook-configurations/webhook'

/** A NicDevice on node dgx030. */
export function aNicDevice(differs: Partial<NicDeviceFact> = {}): NicDeviceFact {
  return {
    namespace: 'network-operator',
    name: 'dgx030-1021-0000-18-00',
    node: 'dgx030',
    psid: 'MT_0000000838',
    firmware: '28.43.2026',
    model: null,
    dpu: false,
    ports: [{ pci: '0000:18:00.0', netdev: 'ibp24s0', rdma: 'mlx5_0' }],
    wanted: { numVfs: 8, linkType: 'Infiniband' },
    conditions: [],
    ...differs,
  }
}

/** A running MPIJob of two workers. */
export function anMpiJob(differs: Partial<MpiJobFact> = {}): MpiJobFact {
  const role = (name: string, replicas: number) => ({
    role: name,
    replicas,
    active: replicas,
    succeeded: 0,
    failed: 0,
    requests: {},
    networksAnnotation: null,
  })
  return {
    namespace: 'team',
    name: 'nccl',
    uid: null,
    created: null,
    deleted: null,
    hasStatus: true,
    conditions: [
      { type: 'Created', status: 'True', reason: 'MPIJobCreated', message: null, since: null },
      { type: 'Running', status: 'True', reason: 'MPIJobRunning', message: null, since: null },
    ],
    replicas: [role('Launcher', 1), role('Worker', 2)],
    launcherCreationPolicy: null,
    cleanPodPolicy: 'Running',
    suspend: false,
    startedAt: null,
    completedAt: null,
    ...differs,
  }
}

/** The validating webhook of the SR-IOV operator. */
export function aWebhook(differs: Partial<WebhookFact> = {}): WebhookFact {
  return {
    configuration: 'sriov-operator-webhook-config',
    kind: 'validating',
    name: 'operator-webhook.sriovnetwork.openshift.io',
    failurePolicy: 'Fail',
    service: { namespace: 'network-operator', name: 'operator-webhook-service' },
    refuses: ['CREATE/UPDATE/DELETE sriovnetworknodepolicies.sriovnetwork.openshift.io'],
    ...differs,
  }
}

/** SriovOperatorConfig default as the chart writes it. */
export const SRIOV_CONFIG: SriovOperatorConfigFact = {
  name: 'default',
  namespace: 'network-operator',
  logLevel: 2,
  disableDrain: false,
  configurationMode: null,
  disablePlugins: [],
  configDaemonNodeSelector: {},
  featureGates: {},
  enableOperatorWebhook: false,
  enableInjector: false,
}

/** A ready ClusterPolicy of the GPU operator. */
export function aGpuPolicy(differs: Partial<GpuClusterPolicyFact> = {}): GpuClusterPolicyFact {
  return {
    name: 'cluster-policy',
    created: null,
    state: 'ready',
    namespace: 'gpu-operator',
    conditions: [{ type: 'Ready', status: 'True', reason: 'Reconciled', message: null, since: null }],
    driver: { enabled: true, rdma: null, useHostMofed: null, usePrecompiled: null },
    migStrategy: null,
    ...differs,
  }
}
