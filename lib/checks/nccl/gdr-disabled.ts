import { check, lacking } from '@/lib/check'
import { exampleRuns } from '@/lib/rules/examples/nccl'
import { crossesNodes, hasSignature, judgedRun, lineEvidence, NO_RUN, RERUN_WITH_LOG } from '@/lib/rules/nccl-run'

/** RDMA channels that are staged through host memory instead of GPUDirect. */
export default check({
  id: 'gdr-disabled',
  level: 'nccl',
  title: { pass: 'NCCL uses GPUDirect RDMA', fail: 'NCCL stages RDMA through host memory' },
  why: 'Without GPUDirect every byte crosses host memory: half the bandwidth at best, a twentieth at worst (180 to 10 GB/s). Only the /GDRDMA suffix of channel lines proves its use; "GDR 1" is printed over sockets too.',
  refs: ['research/nccl.md §0.6, §2.4, §3 gdr.*', 'NVIDIA/nccl #1676, #1537'],
  needs: ['ncclRuns'],
  after: ['tcp-fallback'],
  run({ ncclRuns }) {
    const run = judgedRun(ncclRuns)
    if (!run) return lacking(NO_RUN)
    const { gpuDirect, staged } = run.channels
    if (crossesNodes(run) === false) return { status: 'skip', summary: 'One node: no RDMA channel' }
    if (run.transport === 'Socket') return { status: 'skip', summary: 'TCP sockets: GPUDirect RDMA does not apply' }
    if (run.gpuDirect === null || run.gpuDirect === 'capable') {
      const seen = run.gpuDirect === 'capable' ? 'the HCAs are capable, but ' : ''
      return lacking(`${seen}the output has no channel line ("via NET/IB/0/GDRDMA")`, [RERUN_WITH_LOG])
    }
    if (run.transport === 'plugin' && gpuDirect === 0) {
      return lacking(`whether ${run.networks.join(', ')} can do GPUDirect on this hardware is not known`)
    }
    if (gpuDirect > 0 && staged === 0) {
      return { status: 'pass', summary: `${gpuDirect} of ${gpuDirect} network channels use GPUDirect RDMA` }
    }
    const old = hasSignature(run, 'gdr.disabled_hca') && isBefore(run.ncclVersion, 2, 23)
    return {
      status: 'warn',
      summary:
        gpuDirect + staged > 0
          ? `${staged} of ${gpuDirect + staged} network channels are staged through host memory, 0 expected`
          : 'NCCL says that GPUDirect RDMA is disabled for its HCAs',
      evidence: lineEvidence(run, ['gdr.disabled_hca', 'gdr.channel_no', 'gdr.channel_yes']),
      reason: 'gpudirect-off',
      params: { partly: gpuDirect > 0, oldNccl: old },
      fix: [
        ...(old
          ? [
              {
                text: `NCCL ${run.ncclVersion} knows only the old nv_mem paths: use 2.23.4 or newer`,
                risk: 'restart-pods' as const,
              },
            ]
          : []),
        {
          text: 'Load nvidia-peermem on the node, or use DMA-BUF (open GPU modules, kernel 5.12 or newer)',
          command: 'modprobe nvidia-peermem',
          risk: 'config',
          verify: 'lsmod lists nvidia_peermem; channel lines end with /GDRDMA',
        },
        { text: 'Check that every GPU has a NIC at PIX or PXB', command: 'nvidia-smi topo -m', risk: 'none' },
      ],
    }
  },
  examples: [
    { name: 'all channels', facts: { ncclRuns: exampleRuns() }, status: 'pass' },
    {
      name: 'staged',
      facts: { ncclRuns: exampleRuns({ gpuDirect: 'unused', channels: { gpuDirect: 0, staged: 32, socket: 0 } }) },
      status: 'warn',
    },
    {
      name: 'one rank staged',
      facts: { ncclRuns: exampleRuns({ channels: { gpuDirect: 28, staged: 4, socket: 0 } }) },
      status: 'warn',
    },
    { name: 'capable only', facts: { ncclRuns: exampleRuns({ gpuDirect: 'capable' }) }, status: 'lacking' },
  ],
})

function isBefore(version: string | null, major: number, minor: number): boolean {
  const [a = 99, b = 0] = (version ?? '').split('.').map(Number)
  return a < major || (a === major && b < minor)
}
