import type { Signature } from '../signature'

/** Signatures: merged NICs and topology (nccl.md §3). */
export const topologySignatures: readonly Signature[] = [
  {
    id: 'merge.ndevs_mismatch',
    severity: 'error',
    level: 'vfs',
    gates: ['has a different number of devices='],
    pattern: /has a different number of devices=\d+ as remote/,
    means:
      'NCCL fused ports on one side only (PF and VF both visible, or a port down on one node). WARN in 2.20..2.22, INFO (NET) later',
    next: 'Expose only VFs or only PFs; NCCL_IB_MERGE_NICS=0; repair the down port',
  },
  {
    id: 'merge.incompatible',
    severity: 'fatal',
    level: 'links',
    gates: ['incompatible ', 'link_layer'],
    pattern:
      /Attempted to (?:merge|connect) incompatible devices|Remote \S+ device is incompatible with the local|Can't (?:merge|connect) net devices with different link_layer|Trying to merge multiple devices together with different link_layer/,
    means: 'Link-layer mismatch (IB on one node, Ethernet on the other) or mixed NIC types in one merge',
    next: 'Make LINK_TYPE the same on all nodes (mlxconfig), align NCCL_IB_HCA',
  },
  {
    id: 'merge.failed',
    severity: 'warn',
    level: 'nccl',
    gates: ['TOPO/NET'],
    pattern: /TOPO\/NET : Tried merging multiple devices together and failed/,
    means: 'NIC fusion not possible, continues unmerged',
    next: 'Set NCCL_NET_MERGE_LEVEL=LOC or NCCL_IB_MERGE_NICS=0 explicitly',
  },
  {
    id: 'topo.mixed_net_counts',
    severity: 'warn',
    level: 'vfs',
    gates: ['local Net device'],
    pattern: /Detected mixed local Net device counts across ranks \(min (\d+), max (\d+)\)/,
    means:
      'Nodes expose different numbers of NICs to the pods (missing VF, port down, wrong resource count). NCCL_IGNORE_NET_MISMATCH defaults to 1, so this is normally an INFO line and the run goes on slower; WARN + system error only with =0',
    next: 'Read topo.rank_net_count lines for the rank; compare per-node VF/port state. Run acceptance tests with NCCL_IGNORE_NET_MISMATCH=0',
  },
  {
    id: 'topo.rank_net_count',
    severity: 'warn',
    level: 'vfs',
    gates: ['local Net device'],
    pattern: /Rank (\d+) has (\d+) local Net devices \(max (\d+)\)/,
    means: 'Names the rank (hence the node) that has fewer NICs',
    next: 'Join rank -> node from the Using-devices table; show "node X: 7 of 8 VFs"',
  },
  {
    id: 'topo.phys_mismatch',
    severity: 'warn',
    level: 'vfs',
    gates: ['mismatched physical devices'],
    pattern: /There are mismatched physical devices/,
    means: 'Physical devices behind fused NICs differ between peers',
    next: 'As above',
  },
  {
    id: 'topo.file_missing',
    severity: 'warn',
    level: 'pod',
    gates: ['Could not open XML'],
    pattern: /Could not open XML topology file/,
    means:
      'NCCL_TOPO_FILE points to a file not mounted in the pod (INFO/WARN only; test goes on with detected topology, on VMs often slow)',
    next: 'Mount the ConfigMap / host path into every worker',
  },
  {
    id: 'topo.nvlink_p2p_off',
    severity: 'warn',
    level: 'platform',
    gates: ['P2P is disabled'],
    pattern: /P2P is disabled between NVLINK connected GPUs/,
    means: 'CUDA P2P refused although NVLink present: fabric manager down, MIG, confidential mode, bad env',
    next: 'systemctl status nvidia-fabricmanager; nvidia-smi -q (Fabric State); NCCL_IGNORE_DISABLED_P2P only for test',
  },
]
