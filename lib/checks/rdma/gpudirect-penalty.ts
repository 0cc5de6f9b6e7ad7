import { check, type Finding } from '@/lib/check'
import { exampleRdma, exampleRdmaRuns } from '@/lib/rules/examples/rdma'
import { currentRuns, gbps, runSubject } from '@/lib/rules/rdma-runs'

/** GPU memory may reach 0.90 and host memory 0.95 of line rate (host-formats §12); below 0.90 of host memory it is a penalty. */
const SHARE = 0.9

/** Bandwidth from GPU memory against host memory over the same rail. */
export default check({
  id: 'gpudirect-penalty',
  level: 'rdma',
  title: { pass: 'GPU memory is as fast as host memory', fail: 'GPU memory is slower than host memory' },
  why: 'With GPUDirect RDMA a transfer from GPU memory is almost as fast as one from host memory. Half of it means that peermem or DMA-BUF is missing, ACS sends the traffic through the root port, or the GPU is far from the adapter.',
  refs: ['research/host-formats.md §12', 'research/peers.md §6.1 (throughput half: peermem missing)'],
  needs: ['rdmaRuns'],
  after: [],
  run({ rdmaRuns }) {
    const runs = currentRuns(rdmaRuns).filter((run) => run.bandwidthGbps !== null && run.outcome === 'passed')
    const pairs = runs.flatMap((gpu) => {
      const host = runs.find(
        (run) =>
          run.gpuMemory === false &&
          gpu.gpuMemory === true &&
          run.title === gpu.title &&
          run.bidirectional === gpu.bidirectional &&
          JSON.stringify([run.from, run.to]) === JSON.stringify([gpu.from, gpu.to]),
      )
      return host ? [{ gpu, from: gpu.bandwidthGbps ?? 0, to: host.bandwidthGbps ?? 0 }] : []
    })
    if (pairs.length === 0)
      return { status: 'skip', summary: 'No rail was measured both from GPU memory and from host memory' }
    const words = ({ gpu, from, to }: (typeof pairs)[number]) =>
      `${runSubject(gpu)}: ${gbps(from)} from GPU memory, ${gbps(to)} from host memory`
    const bad = pairs.filter(({ from, to }) => from < to * SHARE)
    if (bad.length === 0)
      return {
        status: 'pass',
        summary: `${pairs.length} of ${pairs.length} rails: ${pairs.slice(0, 4).map(words).join('; ')}`,
      }
    return {
      status: 'warn',
      summary: `${bad.length} of ${pairs.length} rails lose more than 10 %: ${bad.slice(0, 4).map(words).join('; ')}`,
      findings: bad.map((pair): Finding => ({ subject: runSubject(pair.gpu), status: 'warn', summary: words(pair) })),
      fix: [
        {
          text: 'See that nvidia_peermem is loaded, or that the open GPU modules offer DMA-BUF',
          command: 'lsmod | grep nvidia_peermem',
          risk: 'none',
        },
        {
          text: 'See which GPU is nearest to the adapter and measure with that one',
          command: 'nvidia-smi topo -m',
          risk: 'none',
          verify: 'at least 0.90 of line rate from GPU memory',
        },
      ],
      reason: 'gpudirect-penalty',
      params: { rails: bad.length },
    }
  },
  examples: [
    {
      name: '380 and 392',
      facts: exampleRdmaRuns(exampleRdma(), exampleRdma({ gpuMemory: true, bandwidthGbps: 380 })),
      status: 'pass',
    },
    {
      name: 'half',
      facts: exampleRdmaRuns(exampleRdma(), exampleRdma({ gpuMemory: true, bandwidthGbps: 196 })),
      status: 'warn',
    },
    { name: 'host memory only', facts: exampleRdmaRuns(exampleRdma()), status: 'skip' },
  ],
})
