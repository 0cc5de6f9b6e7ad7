import type { Signature } from '../signature'

/** Signatures: GPUDirect RDMA (nccl.md §3). */
export const gpudirectSignatures: readonly Signature[] = [
  {
    id: 'gdr.disabled_hca',
    severity: 'warn',
    level: 'drivers',
    gates: ['GPU Direct RDMA'],
    pattern: /GPU Direct RDMA Disabled for (?:GPU \S+ \/ )?HCA ([\da-f]+)(?: '([^']*)')?/,
    means:
      'nvidia-peermem not loaded and no DMA-BUF path; or NCCL <= 2.22.3 looking only for the legacy nv_mem paths while the driver ships nvidia-peermem; or NCCL_NET_GDR_LEVEL / topology forbids it',
    next: 'modprobe nvidia-peermem (GPU Operator driver.rdma.enabled) or kernel >= 5.12 + open GPU module + DMA-BUF; upgrade NCCL >= 2.23.4. Needs NCCL_DEBUG_SUBSYS=INIT,NET to be visible',
  },
  {
    id: 'gdr.enabled_hca',
    severity: 'info',
    level: 'drivers',
    gates: ['GPU Direct RDMA'],
    pattern:
      /GPU Direct RDMA (?:Enabled for (?:GPU \S+ \/ )?HCA ([\da-f]+) (?:'([^']*)'|\(distance )|\((?:nvidia-peermem|DMABUF)\) enabled for HCA (\d+) '?(\S+))/,
    means: 'GPUDirect RDMA capability found',
    next: '',
  },
  {
    id: 'gdr.channel_yes',
    severity: 'info',
    level: 'nccl',
    gates: ['via NET/'],
    pattern: /via NET\/[^/]+\/\d+(?:\(\d+\))?\/(?:Shared\/)?GDRDMA/,
    means: 'Channel really uses GPUDirect RDMA. Suffix may be /GDRDMA, /GDRDMA(PCI), /Shared after it',
    next: '',
  },
  {
    id: 'gdr.channel_no',
    severity: 'warn',
    level: 'drivers',
    gates: ['via NET/'],
    pattern: /\[(?:send|receive)\] via NET\/(?!Socket)[^/]+\/\d+(?:\(\d+\))?(?:\/Shared)?\s*$/,
    means:
      'RDMA channel staged through host memory. Legit when GPU and NIC are far apart (PHB/SYS) or the GPU has no GDR support; on HGX with one NIC per GPU it costs about half or more',
    next: 'See gdr.disabled_hca; check nvidia-smi topo -m (want PIX/PXB), NCCL_NET_GDR_LEVEL, ACS/IOMMU',
  },
]
