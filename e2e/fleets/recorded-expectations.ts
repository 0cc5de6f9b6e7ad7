/** What the README of a recorded situation says, as a test can hold it. */
export interface Situation {
  folder: string
  /** Ids of which one is the headline: a cause, or a check where no cause is known; null: nothing is broken. */
  headline: readonly string[] | null
  /** Ids that must be found as well: causes, or failed or warned checks. */
  also?: readonly string[]
  /** Words of the right diagnosis: each must stand in a failure, a warning or a cause. */
  says: readonly RegExp[]
  /** Nodes the headline is about; absent: not held. */
  nodes?: readonly string[]
  /** Checks and causes that would blame what is not at fault. */
  wrongIds?: readonly string[]
  /** Words that are wrong to say in a failure, a warning or a cause. */
  wrong?: readonly RegExp[]
}

export const SITUATIONS: readonly Situation[] = [
  {
    folder: '01-healthy-b200-25.7',
    headline: null,
    says: [],
    wrong: [/rdmaSharedDevicePlugin|ofedDriver/, /head01/, /linkType/i],
  },
  {
    folder: '02-second-policy-ignored',
    headline: ['second-policy-ignored'],
    says: [/nic-cluster-policy-ib/, /rdmaSharedDevicePlugin/],
    wrongIds: ['nic-cluster-policy-not-ready', 'image-registry-access', 'rdma-plugin-not-deployed', 'wrong-policy-name'],
    wrong: [/CrashLoop/, /cannot pull|ImagePull/],
  },
  {
    folder: '03-secondary-network-removed',
    headline: ['secondary-network-not-deployed'],
    says: [/secondaryNetwork/, /nccl-worker-2/],
    wrongIds: ['missing-vfs', 'missing-resource', 'zero-allocatable', 'ip-pool-exhausted', 'no-block-for-node', 'wrong-cni-type'],
    wrong: [/nv-ipam[^.]*(?:fail|not ready|down)/i],
  },
  {
    folder: '04-pool-too-small-and-wrong-namespace',
    headline: ['ip-pool-exhausted', 'pool-namespace'],
    also: ['ip-pool-exhausted', 'pool-namespace'],
    says: [/vf-pool-192-168-3/, /dgx033/, /vf-pool-192-168-4/, /namespace default/],
    wrongIds: ['nic-cluster-policy-not-ready', 'component-not-on-node', 'ipam-image-name', 'operator-down'],
  },
  {
    folder: '05-drain-blocked-by-pdb',
    headline: ['drain-blocked'],
    nodes: ['dgx032'],
    says: [/inference\/llm-frontend/, /disruptionsAllowed 0/, /dgx033: .*waits for a drain slot/, /wants 16|asks 16/],
    wrongIds: ['power-cycle-required', 'firmware-reset-required', 'operator-reboot-loop', 'silent-daemon-error'],
    wrong: [/cold reboot is needed/i, /by an administrator/i],
  },
  {
    folder: '06-node-notready-kubelet-stopped',
    headline: ['node-unreachable'],
    nodes: ['dgx033'],
    says: [/dgx033/, /stale/],
    wrongIds: ['multus-not-attaching', 'ipam-image-name', 'secondary-network-not-deployed', 'node-cordoned'],
    wrong: [/was cordoned/i],
  },
  {
    folder: '07-scheduling-reasons',
    headline: ['rdma-plugin-not-deployed', 'pod-pending-reason', 'unschedulable-for-network', 'zero-allocatable'],
    says: [
      /needs-8-gpus/,
      /resibp94s0/,
      /no-toleration.*(?:toler|taint)/s,
      /resibp25s0 is offered by no node/,
      /rdma_shared_device_a/,
      /only-on-cordoned.*cordoned/s,
      /NVIDIA-B200-SXM|nodeselector-typo/,
      /too-many-vfs/,
      /gated is not scheduled: held by scheduling gate/,
      /datasets/,
    ],
    wrong: [/gated[^;]*waits for capacity/i],
  },
  {
    folder: '08-sriov-policies-select-nothing-or-conflict',
    headline: ['overlapping-policies', 'policy-selects-nothing'],
    also: ['overlapping-policies', 'policy-selects-nothing'],
    says: [/ibp23s0/, /8086/, /ibp79s0/, /rail3-test/, /priority 90/],
    wrongIds: ['link-down', 'port-down', 'reboot-pending', 'power-cycle-required', 'device-plugin-down', 'pf-missing'],
    wrong: [/CrashLoop/],
  },
  {
    folder: '09-rdma-plugin-crashloop-empty-selectors',
    headline: ['device-plugin-config'],
    says: [/rdmaSharedDevicePlugin/, /selectors/],
    wrongIds: ['image-registry-access', 'mofed-wait-label', 'missing-vfs', 'missing-resource'],
    wrong: [/cannot pull|ImagePull/],
  },
  {
    folder: '10-operator-webhook-without-backend',
    headline: ['webhook-blocks-changes'],
    says: [/sriov-operator-webhook-config/, /0 ready pods/],
    wrongIds: ['operator-down', 'missing-vfs', 'policy-selects-nothing', 'collector-lacks-privilege'],
    wrong: [/RBAC/],
  },
  {
    folder: '11-incident-dgx030-dgx031',
    headline: ['reboot-pending', 'power-cycle-required', 'firmware-reset-required'],
    nodes: ['dgx030', 'dgx031'],
    also: ['ipam-image-name', 'secondary-network-not-deployed'],
    says: [/asks 8/, /runs 16/, /nvidia-k8s-ipam/, /secondaryNetwork\.multus/, /resibp154s0/],
    wrongIds: ['rdma-plugin-not-deployed', 'operator-reboot-loop', 'operator-down'],
    wrong: [/renamed/i, /dgx031 [^;]*hung/i, /by an administrator/i],
  },
  {
    folder: '12-incident-firmware-loop-one-node',
    headline: ['operator-reboot-loop', 'power-cycle-required', 'firmware-reset-required'],
    nodes: ['dgx030'],
    says: [/warm reboot does not load/, /power cycle/, /mellanoxFirmwareReset/],
    wrongIds: ['reboot-pending', 'ipam-image-name', 'secondary-network-not-deployed', 'nic-cluster-policy-not-ready'],
  },
  {
    folder: '13-ofed-driver-not-ready-one-node',
    headline: ['mofed-wait-label'],
    nodes: ['gpu-node-02'],
    says: [/mofed-ubuntu22\.04-98786644-ds-8r66h/, /not ready/],
    wrongIds: ['image-registry-access', 'nfd-not-labelling', 'device-plugin-config', 'device-plugin-down'],
    wrong: [/cannot pull|ImagePull/],
  },
  {
    folder: '14-nfd-never-labelled',
    headline: ['nfd-not-labelling'],
    nodes: ['dgx030', 'dgx031', 'dgx032'],
    says: [/pci-15b3\.present/, /NFD worker/],
    wrongIds: ['policy-selects-nothing', 'device-plugin-config', 'image-registry-access', 'mofed-wait-label'],
    wrong: [/no NVIDIA NIC/i],
  },
  {
    folder: '15-policy-wrong-name-and-no-sriov-config',
    headline: ['wrong-policy-name', 'operator-config-missing'],
    also: ['wrong-policy-name', 'operator-config-missing'],
    says: [/network-operator-policy/, /nic-cluster-policy/, /SriovOperatorConfig/],
    wrongIds: ['operator-down', 'nfd-not-labelling'],
  },
  {
    folder: '16-mpijob-succeeded',
    headline: null,
    says: [],
    wrongIds: ['mpijob-failed', 'mpijob-waiting'],
    wrong: [/worker/i],
  },
  {
    folder: '17-mpijob-worker-pending-one-rail',
    headline: ['zero-allocatable', 'device-plugin-down', 'unschedulable-for-network'],
    nodes: ['dgx030', 'dgx031', 'dgx033'],
    says: [/resibp206s0/, /allocatable 0/],
    wrongIds: ['mpijob-failed', 'operator-down', 'missing-resource'],
    wrong: [/launcher (?:ended|failed)/i],
  },
  {
    folder: '18-mpijob-launcher-failed-backoff',
    headline: ['mpijob-failed'],
    says: [/launcher/, /BackoffLimitExceeded/, /16 GPUs/, /cleanPodPolicy None/],
    wrongIds: ['unschedulable-for-network', 'pod-pending-reason'],
    wrong: [/worker[^.]*crash/i],
  },
  {
    folder: '19-api-answers',
    headline: ['workload-refused'],
    says: [/quota/, /nvidia\.com\/gpu=8/],
    wrongIds: ['collector-lacks-privilege'],
    wrong: [/RBAC/],
  },
  {
    folder: '20-release-24.7-ofed-image-401',
    headline: ['image-registry-access'],
    nodes: ['gpu-h100-2'],
    says: [/nvstaging/, /401/, /nvcr\.io\/nvidia\/mellanox/],
    wrongIds: ['mofed-wait-label', 'device-plugin-config', 'device-plugin-down', 'ipam-image-name'],
    wrong: [/tag does not exist/i, /kernel/i],
  },
  {
    folder: '21-config-daemon-serviceaccount-missing',
    headline: ['config-daemon-absent'],
    nodes: ['dgx030', 'dgx031'],
    says: [/serviceaccount "sriov-network-config-daemon" not found/],
    wrongIds: ['policy-selects-nothing', 'reboot-pending', 'power-cycle-required', 'nfd-not-labelling', 'operator-down'],
    wrong: [/RBAC/],
  },
]
