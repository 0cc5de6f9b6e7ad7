/** Kernel modules without which no InfiniBand or RoCE verbs work over mlx5 (rdma-core, kernel drivers/infiniband). */
export const NEEDED_MODULES = ['mlx5_core', 'mlx5_ib', 'ib_uverbs', 'rdma_cm'] as const

/** Modules of the RDMA and GPU stack: a failing one among them is ours, any other is not. */
export const STACK_MODULES =
  /^(?:mlx[45]_\w+|mlxfw|mlx_compat|mlxdevm|ib_\w+|iw_cm|rdma_\w+|rpcrdma|nvidia\w*|nv_peer_mem|gdrdrv|knem|xpmem|nvme_rdma)$/

/** Modules that let the NIC reach GPU memory. */
export const PEERMEM = /^(?:nvidia_peermem|nv_peer_mem)$/
