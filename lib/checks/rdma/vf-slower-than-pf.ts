import { check, type Finding } from '@/lib/check'
import { exampleRdma, exampleRdmaRuns } from '@/lib/rules/examples/rdma'
import { currentRuns, gbps, runSubject } from '@/lib/rules/rdma-runs'

/** A VF shares the port of its PF and reaches its rate; 5 % is left for the spread between runs. */
const SHARE = 0.95
const vf = (bandwidthGbps: number) =>
  exampleRdma({
    bandwidthGbps,
    from: { node: 'dgx030', device: 'mlx5_8', function: 'vf', rail: 0 },
    to: { node: 'dgx031', device: 'mlx5_8', function: 'vf', rail: 0 },
  })

/** The same pair of nodes and rail, once over the PFs and once over VFs. */
export default check({
  id: 'vf-slower-than-pf',
  level: 'rdma',
  title: { pass: 'VFs are as fast as their PF', fail: 'VFs are slower than their PF' },
  why: 'If only the VF is slow, the fault is in virtualisation and not in the fabric: a rate limit on the VF, its QoS, MTU or interrupts, or an IOMMU that translates every access.',
  refs: ['research/peers.md §3.15'],
  needs: ['rdmaRuns'],
  after: [],
  run({ rdmaRuns }) {
    const runs = currentRuns(rdmaRuns).filter((run) => run.bandwidthGbps !== null && run.outcome === 'passed')
    const place = (run: (typeof runs)[number]) =>
      JSON.stringify([run.title, run.gpuMemory, run.bidirectional, run.from.node, run.to.node, run.from.rail])
    const pairs = runs.flatMap((slow) => {
      if (slow.from.function !== 'vf' || slow.from.rail === null) return []
      const fast = runs.find(
        (run) => run.from.function === 'pf' && run.to.function === 'pf' && place(run) === place(slow),
      )
      return fast ? [{ subject: runSubject(slow), vf: slow.bandwidthGbps ?? 0, pf: fast.bandwidthGbps ?? 0 }] : []
    })
    if (pairs.length === 0) return { status: 'skip', summary: 'No rail was measured both over its PF and over a VF' }
    const words = (pair: (typeof pairs)[number]) =>
      `${pair.subject}: ${gbps(pair.vf)} over the VF, ${gbps(pair.pf)} over the PF`
    const bad = pairs.filter((pair) => pair.vf < pair.pf * SHARE)
    if (bad.length === 0)
      return {
        status: 'pass',
        summary: `${pairs.length} of ${pairs.length} rails: ${pairs.slice(0, 4).map(words).join('; ')}`,
      }
    return {
      status: 'warn',
      summary: `${bad.length} of ${pairs.length} rails: ${bad.slice(0, 4).map(words).join('; ')}`,
      findings: bad.map((pair): Finding => ({ subject: pair.subject, status: 'warn', summary: words(pair) })),
      fix: [
        { text: 'Look for a rate limit or QoS of the VF', command: 'ip -d link show', risk: 'none' },
        {
          text: 'See that the IOMMU passes through',
          command: 'cat /proc/cmdline',
          risk: 'none',
          verify: 'the VF reaches 95 % of its PF',
        },
      ],
      reason: 'vf-slower-than-pf',
      params: { rails: bad.length },
    }
  },
  examples: [
    { name: 'alike', facts: exampleRdmaRuns(exampleRdma(), vf(388)), status: 'pass' },
    { name: 'VF at half', facts: exampleRdmaRuns(exampleRdma(), vf(200)), status: 'warn' },
    { name: 'PF only', facts: exampleRdmaRuns(exampleRdma()), status: 'skip' },
  ],
})
