import type { Signature } from '../signature'

/** From 2.24 on ibv_modify_qp is tried again (src/misc/ibvwrap.cc); only the last failure is the run's. */
const TRIED_AGAIN = [{ text: ', retrying ', severity: 'warn' as const }]

/** Signatures: calls of libibverbs (nccl.md §3). */
export const verbsSignatures: readonly Signature[] = [
  {
    id: 'verbs.lib_missing',
    severity: 'error',
    onlyIfRdmaWanted: true,
    level: 'pod',
    gates: ['open libibverbs'],
    pattern: /Failed to open libibverbs\.so(?:\[\.1\])?|Count not open libibverbs\.so\.1/,
    means:
      'Image has no rdma-core; NCCL dlopens libibverbs and goes to sockets. In 2.30 "Count not open libibverbs.so" WITHOUT .1 is harmless (runtime images ship only libibverbs.so.1)',
    next: 'Install libibverbs1, ibverbs-providers in the image (or use an NGC image)',
  },
  {
    id: 'verbs.dlvsym_optional',
    severity: 'ignore',
    level: 'nccl',
    gates: ['dlvsym failed'],
    pattern: /dlvsym failed on mlx5dv_\w+/,
    means: 'Older rdma-core lacks optional data-direct symbols. Harmless',
    next: 'Do not show as an error',
  },
  {
    id: 'verbs.open_failed',
    severity: 'error',
    level: 'pod',
    gates: ['Unable to open device'],
    pattern: /NET\/IB ?: Unable to open device (\S+)/,
    means:
      "sysfs shows the HCA but /dev/infiniband/uverbsN is absent or not permitted in the container (device plugin did not mount it, cgroup denies, other pod's device visible through host sysfs)",
    next: 'Request the RDMA resource; check that uverbs index of the rdma device is in the pod; harmless noise if the other devices open',
  },
  {
    id: 'verbs.reg_mr_enomem',
    severity: 'fatal',
    level: 'pod',
    gates: ['Call to ibv_'],
    pattern: /Call to ibv_reg_(?:dmabuf_)?mr(?:_iova2)? failed with error Cannot allocate memory/,
    means: 'Locked-memory limit (ulimit -l 64 / 8192 KiB) in the container or under sshd/mpirun',
    next: 'containerd/crio LimitMEMLOCK=infinity, capability IPC_LOCK, ulimit -l unlimited inside mpirun; restart kubelet runtime after change',
  },
  {
    id: 'verbs.reg_mr_other',
    severity: 'fatal',
    level: 'drivers',
    gates: ['Call to ibv_'],
    pattern: /Call to ibv_reg_(?:dmabuf_)?mr(?:_iova2)? failed with error (?!Cannot allocate memory)(.+)/,
    means:
      'Bad address / invalid argument: GPU memory cannot be registered (peermem/driver mismatch, DMA-BUF unsupported, IOMMU)',
    next: 'Try NCCL_DMABUF_ENABLE=0, then NCCL_NET_GDR_LEVEL=LOC; align driver and OFED',
  },
  {
    id: 'verbs.create_cq',
    severity: 'fatal',
    level: 'pod',
    gates: ['Call to ibv_'],
    pattern: /Call to ibv_create_cq failed(?: with error (.+))?/,
    means: 'Memlock again, or HCA/VF out of CQ resources (very large alltoall), or device limits of a small VF',
    next: 'ulimit -l; NCCL_PXN_DISABLE=0, fewer QPs; check VF resources',
  },
  {
    id: 'verbs.create_qp',
    severity: 'fatal',
    level: 'pod',
    gates: ['Call to ibv_'],
    pattern: /Call to ibv_create_qp failed(?: with error (.+))?/,
    means: 'Memlock or QP exhaustion',
    next: 'As above',
  },
  {
    id: 'verbs.modify_qp.timeout',
    variants: TRIED_AGAIN,
    severity: 'fatal',
    level: 'links',
    gates: ['Call to ibv_'],
    pattern: /Call to ibv_modify_qp failed with (?:error )?(?:110 )?Connection timed out/,
    means:
      'RoCE only in practice: address resolution of the remote GID timed out. Rails that cannot reach each other, VLAN/route/ARP missing, pods without IP on the RDMA interface, fused VF planes in different order',
    next: 'NCCL_CROSS_NIC=0 on rail-only fabrics; ping between the GID addresses from inside the pods; check NAD subnet per rail; 2.28+/2.29+ pick better',
  },
  {
    id: 'verbs.modify_qp.unreachable',
    variants: TRIED_AGAIN,
    severity: 'fatal',
    level: 'resources',
    gates: ['Call to ibv_'],
    pattern: /Call to ibv_modify_qp failed with (?:error )?(?:\d+ )?(?:Network is unreachable|No route to host)/,
    means:
      'RoCE GID chosen has no route to the remote GID (wrong GID index, link-local GID, different subnets per rail)',
    next: 'Set NCCL_IB_GID_INDEX to the RoCEv2 IPv4 GID or leave it unset (>=2.21 auto-selects); add routes / rail subnets',
  },
  {
    id: 'verbs.modify_qp.no_device',
    variants: TRIED_AGAIN,
    severity: 'fatal',
    level: 'resources',
    gates: ['Call to ibv_'],
    pattern: /Call to ibv_modify_qp failed with (?:error )?(?:\d+ )?No such device/,
    means:
      'GID entry belongs to a netdev in another network namespace: pod sees the HCA (shared plugin) but not its netdev, or macvlan NAD missing',
    next: 'Attach the network (NAD annotation) that carries the GID; use exclusive rdma netns mode for SR-IOV',
  },
  {
    id: 'verbs.modify_qp.einval',
    variants: TRIED_AGAIN,
    severity: 'fatal',
    level: 'resources',
    gates: ['Call to ibv_'],
    pattern: /Call to ibv_modify_qp failed with (?:error )?(?:\d+ )?Invalid argument/,
    means: 'Wrong GID index (empty GID), IB/RoCE mix, MTU or P_Key index mismatch',
    next: 'Compare GID tables of both pods (show_gids), drop hard-coded NCCL_IB_GID_INDEX',
  },
  {
    id: 'verbs.modify_qp.detail',
    severity: 'info',
    level: 'rdma',
    gates: ['Call to ibv_'],
    pattern:
      /on dev (\S+?):(\d+), curr state (\S+), next state (\S+), local GID index (-?\d+), local GID (\S+), remote GID (\S+)/,
    means: 'Detail suffix; gives the device and both GIDs, i.e. which rail and subnets failed',
    next: 'Use it to name node pair and NIC in the UI',
  },
  {
    id: 'verbs.query_failed',
    severity: 'error',
    level: 'drivers',
    gates: ['Call to ibv_', 'ibv_post_'],
    // The inline calls have a wording of their own (src/include/ibvwrap.h).
    pattern:
      /Call to ibv_(?:query_port|query_device|query_gid|alloc_pd|get_async_event|open_device|poll_cq|post_send|post_recv)\w* failed|Call to ibv_poll_cq\(\) returned -?\d|\bibv_post_(?:send|recv)\(\) failed with error/,
    means: 'Generic verbs failure; get_async_event fails after device removal / fatal reset',
    next: 'dmesg of the node (mlx5_core health, AER, firmware fatal)',
  },
]
