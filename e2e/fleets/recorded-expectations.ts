/** What the README of a recorded situation says, as a test can hold it. */
export interface Situation {
  folder: string
  /** Ids of which one is the headline: always a cause; null: nothing is broken. */
  headline: readonly string[] | null
  /** Words of the right diagnosis that the headline itself must say. */
  heads?: readonly RegExp[]
  /** Ids that must be found as well: causes, or failed or warned checks. */
  also?: readonly string[]
  /** Words of the right diagnosis: each must stand in a failure, a warning or a cause. */
  says: readonly RegExp[]
  /** Nodes the headline is about; absent: not held. */
  nodes?: readonly string[]
  /** Nodes that work, as the README says: nothing fails there below the pod, and no cause names them. */
  healthy?: readonly string[]
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
    heads: [/nic-cluster-policy-ib asks rdmaSharedDevicePlugin: no effect/, /move it into nic-cluster-policy/],
    says: [/nic-cluster-policy-ib/, /rdmaSharedDevicePlugin/],
    wrongIds: ['nic-cluster-policy-not-ready', 'image-registry-access', 'rdma-plugin-not-deployed', 'wrong-policy-name'],
    wrong: [/CrashLoop/, /cannot pull|ImagePull/],
  },
  {
    folder: '03-secondary-network-removed',
    headline: ['secondary-network-not-deployed'],
    heads: [/secondaryNetwork\.multus is absent/, /cniPlugins/, /recreate the pods/],
    says: [/secondaryNetwork/, /nccl-worker-2/],
    wrongIds: ['missing-vfs', 'missing-resource', 'zero-allocatable', 'ip-pool-exhausted', 'no-block-for-node', 'wrong-cni-type'],
    wrong: [/nv-ipam[^.]*(?:fail|not ready|down)/i],
  },
  {
    folder: '04-pool-too-small-and-wrong-namespace',
    headline: ['ip-pool-exhausted', 'pool-namespace'],
    heads: [/vf-pool-192-168-[34]/, /Also: IP pool is (?:exhausted|in the wrong namespace)/],
    also: ['ip-pool-exhausted', 'pool-namespace'],
    says: [/vf-pool-192-168-3/, /dgx033/, /vf-pool-192-168-4/, /namespace default/],
    wrongIds: ['nic-cluster-policy-not-ready', 'component-not-on-node', 'ipam-image-name', 'operator-down'],
  },
  {
    folder: '05-drain-blocked-by-pdb',
    headline: ['drain-blocked'],
    heads: [/inference\/llm-frontend/, /disruptionsAllowed 0/, /asks 16 VFs on ibp24s0/, /firmware has 8/],
    nodes: ['dgx032'],
    says: [/inference\/llm-frontend/, /disruptionsAllowed 0/, /dgx033: .*waits for a drain slot/, /wants 16|asks 16/],
    wrongIds: ['power-cycle-required', 'firmware-reset-required', 'operator-reboot-loop', 'silent-daemon-error'],
    wrong: [/cold reboot is needed/i, /by an administrator/i],
  },
  {
    folder: '06-node-notready-kubelet-stopped',
    headline: ['node-unreachable'],
    heads: [/dgx033 does not answer/, /Kubelet stopped posting node status/, /stale/],
    nodes: ['dgx033'],
    says: [/dgx033/, /stale/],
    wrongIds: ['multus-not-attaching', 'ipam-image-name', 'secondary-network-not-deployed', 'node-cordoned'],
    wrong: [/was cordoned/i],
  },
  {
    folder: '07-scheduling-reasons',
    headline: ['pods-wait-apart'],
    heads: [
      /needs-8-gpus[^;]*: dgx030, dgx031: nvidia\.com\/gpu in use; dgx032: is cordoned; dgx033: nvidia\.com\/resibp94s0 0 allocatable/,
      /rail-94-down-on-last-node[^;]*dgx033: nvidia\.com\/resibp94s0 0 allocatable \(capacity 8\)/,
      /no-toleration[^;]*;[^;]*;?[^;]*taint nvidia\.com\/gpu=present/,
      /rail-name-misspelt[^;]*nvidia\.com\/resibp25s0 is offered by no node/,
      /wants-rdma-shared[^;]*rdma\/rdma_shared_device_a is offered by no node/,
      /only-on-cordoned[^;]*allows only dgx032, cordoned/,
      /nodeselector-typo[^;]*nvidia\.com\/gpu\.product=NVIDIA-B200-SXM/,
      /too-many-vfs[^;]*asks 9 nvidia\.com\/\S+, a node has at most 8/,
      /gated[^;]*held by scheduling gate/,
      /binds-missing-pvc[^;]*"datasets" not found/,
    ],
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
    headline: ['sriov-policy-selection'],
    heads: [
      /policy ibp24s0 selects no NIC: there is no PF ibp23s0; the nodes have ibp24s0/,
      /policy ibp64s0 selects no NIC: it asks vendor 8086; the nodes have ibp64s0 \(15b3:/,
      /policy ibp79s0 selects no node: it asks nvidia\.com\/gpu\.present=yes, the nodes have "true"/,
      /policies ibp94s0 and rail3-test both take VFs of ibp94s0: equal priority 90, the later name wins/,
    ],
    also: ['overlapping-policies', 'policy-selects-nothing'],
    says: [],
    wrongIds: ['device-plugin-config', 'vf-count-policy-vs-firmware', 'rail-without-vfs', 'link-down', 'port-down', 'reboot-pending', 'power-cycle-required', 'device-plugin-down', 'pf-missing'],
    wrong: [/CrashLoop/],
  },
  {
    folder: '09-rdma-plugin-crashloop-empty-selectors',
    headline: ['device-plugin-config'],
    heads: [/rdma_shared_device_a: neither selectors nor devices/, /spec\.rdmaSharedDevicePlugin\.config/],
    says: [/rdmaSharedDevicePlugin/, /selectors/],
    wrongIds: ['image-registry-access', 'mofed-wait-label', 'missing-vfs', 'missing-resource'],
    wrong: [/cannot pull|ImagePull/],
  },
  {
    folder: '10-operator-webhook-without-backend',
    headline: ['webhook-blocks-changes'],
    heads: [/sriov-operator-webhook-config/, /cannot create the DaemonSet/, /secretName/, /delete the webhook configuration first/],
    says: [/sriov-operator-webhook-config/, /0 ready pods/],
    wrongIds: ['operator-down', 'missing-vfs', 'policy-selects-nothing', 'collector-lacks-privilege'],
    wrong: [/RBAC/],
  },
  {
    folder: '11-incident-dgx030-dgx031',
    headline: ['reboot-pending'],
    heads: [/runs 16 VFs/, /asks 8/, /not known yet/, /firmware reset or power cycle/, /numVfs 16/, /Also: .*image/, /Also: .*Multus/],
    nodes: ['dgx030', 'dgx031'],
    also: ['ipam-image-name', 'secondary-network-not-deployed'],
    says: [/asks 8/, /runs 16/, /nvidia-k8s-ipam/, /secondaryNetwork\.multus/, /resibp154s0/],
    wrongIds: ['rdma-plugin-not-deployed', 'operator-reboot-loop', 'operator-down'],
    wrong: [/renamed/i, /dgx031 [^;]*hung/i, /by an administrator/i],
  },
  {
    folder: '12-incident-firmware-loop-one-node',
    headline: ['operator-reboot-loop'],
    heads: [/dgx030/, /current 16, requested 8/, /mellanoxFirmwareReset/, /power cycle/],
    nodes: ['dgx030'],
    healthy: ['dgx031'],
    says: [/warm reboot does not load/, /power cycle/, /mellanoxFirmwareReset/],
    wrongIds: [
      'reboot-pending',
      'ipam-image-name',
      'secondary-network-not-deployed',
      'multus-not-attaching',
      'nic-cluster-policy-not-ready',
    ],
    wrong: [/nv-ipam[^.;]*(?:fail|not ready|down)/i],
  },
  {
    folder: '13-ofed-driver-not-ready-one-node',
    headline: ['mofed-wait-label'],
    heads: [/OFED driver is not ready/, /on gpu-node-02/, /\(probe\)/],
    nodes: ['gpu-node-02'],
    healthy: ['gpu-node-01', 'gpu-node-03'],
    says: [/mofed-ubuntu22\.04-98786644-ds-8r66h/, /not ready/],
    wrongIds: ['image-registry-access', 'nfd-not-labelling', 'device-plugin-config', 'device-plugin-down'],
    wrong: [/cannot pull|ImagePull/],
  },
  {
    folder: '14-nfd-never-labelled',
    headline: ['nfd-not-labelling'],
    heads: [/pci-15b3\.present/, /no NFD worker DaemonSet/],
    nodes: ['dgx030', 'dgx031', 'dgx032'],
    says: [/pci-15b3\.present/, /NFD worker/],
    wrongIds: ['policy-selects-nothing', 'device-plugin-config', 'image-registry-access', 'mofed-wait-label'],
    wrong: [/no NVIDIA NIC/i],
  },
  {
    folder: '15-policy-wrong-name-and-no-sriov-config',
    headline: ['wrong-policy-name', 'operator-config-missing'],
    heads: [/SriovOperatorConfig default/, /Also: .*name that the operator ignores/],
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
    headline: ['rail-without-vfs'],
    heads: [/resibp206s0/, /dgx030, dgx031, dgx033/, /capacity 8/, /SR-IOV device plugin/],
    nodes: ['dgx030', 'dgx031', 'dgx033'],
    healthy: ['dgx032'],
    says: [/resibp206s0/, /allocatable 0/],
    wrongIds: ['mpijob-failed', 'operator-down', 'missing-resource'],
    wrong: [/launcher (?:ended|failed)/i, /not enough nvidia\.com\/gpu/],
  },
  {
    folder: '18-mpijob-launcher-failed-backoff',
    headline: ['launcher-failed'],
    heads: [/launcher program ended with an error/, /BackoffLimitExceeded/, /log of the launcher/, /16 GPUs stay allocated/, /cleanPodPolicy None/],
    says: [],
    wrongIds: ['unschedulable-for-network', 'pod-pending-reason'],
    wrong: [/worker[^.]*crash/i],
  },
  {
    folder: '19-api-answers',
    headline: ['admission-refusal'],
    heads: [/team-b\/train/, /exceeded quota: gpu-quota/, /requested: requests\.nvidia\.com\/gpu=8, used: \S+=8, limited: \S+=8/],
    says: [],
    wrongIds: ['collector-lacks-privilege'],
    wrong: [/RBAC/, /cannot list/],
  },
  {
    folder: '20-release-24.7-ofed-image-401',
    headline: ['image-registry-access'],
    heads: [/nvstaging refuses/, /401/, /nvcr\.io\/nvidia\/mellanox/],
    nodes: ['gpu-h100-2'],
    healthy: ['gpu-h100-1'],
    says: [/nvstaging/, /401/, /nvcr\.io\/nvidia\/mellanox/],
    wrongIds: ['mofed-wait-label', 'device-plugin-config', 'device-plugin-down', 'ipam-image-name'],
    wrong: [/tag does not exist/i, /kernel/i],
  },
  {
    folder: '21-config-daemon-serviceaccount-missing',
    headline: ['service-account-missing'],
    heads: [/serviceaccount "sriov-network-config-daemon" not found/, /no NIC is reported/],
    nodes: ['dgx030', 'dgx031'],
    says: [/serviceaccount "sriov-network-config-daemon" not found/],
    wrongIds: ['policy-selects-nothing', 'reboot-pending', 'power-cycle-required', 'nfd-not-labelling', 'operator-down'],
    wrong: [/RBAC/],
  },
]
