import { check, type Finding, lacking } from '@/lib/check'
import { TWO_RAILS } from '@/lib/examples/ports'
import { exampleRdma, exampleRdmaRuns } from '@/lib/rules/examples/rdma'
import { judgeBandwidth } from '@/lib/rules/rdma-bandwidth'
import { currentRuns, gbps, runLabel, runSubject } from '@/lib/rules/rdma-runs'

/** RDMA bandwidth against the line rate of its rail. */
export default check({
  id: 'low-rdma-bandwidth',
  level: 'rdma',
  title: { pass: 'RDMA reaches line rate', fail: 'RDMA is slower than its link' },
  why: 'A link may say 400 Gb/s and move a fraction of it: PCIe trained down, flow control that stalls, a bad cable that retransmits. Only a transfer shows it; link checks cannot.',
  refs: ['research/host-formats.md §12', 'research/peers.md §6.2', 'Azure/azurehpc-health-checks conf'],
  needs: ['rdmaRuns'],
  after: ['no-rdma-connectivity'],
  run({ rdmaRuns }, { profile }) {
    const runs = currentRuns(rdmaRuns).filter((run) => / BW\b/.test(run.title) && run.outcome === 'passed')
    if (runs.length === 0) return { status: 'skip', summary: 'No RDMA bandwidth was measured' }
    const measured = runs.filter((run) => run.bandwidthGbps !== null)
    if (measured.length === 0) return lacking('no bandwidth of messages of 64 KiB or more with a unit is shown')
    const judged = measured.flatMap((run) => {
      const line = run.lineRateGbps ?? profile?.railRateGbps?.value
      return line === undefined ? [] : [{ run, ...judgeBandwidth(run, line, profile) }]
    })
    if (judged.length === 0)
      return lacking(`the line rate is not known, so ${gbps(measured[0]?.bandwidthGbps ?? 0)} cannot be compared`)
    const bad = judged.filter(({ status }) => status === 'fail' || status === 'warn')
    const unknown = judged.filter(({ status }) => status === 'unknown')
    const listed = (list: typeof judged) =>
      list
        .slice(0, 4)
        .map(({ run, words }) => `${runLabel(run)}: ${words}`)
        .join('; ')
    if (bad.length === 0 && unknown.length > 0) return lacking(listed(unknown))
    if (bad.length === 0) return { status: 'pass', summary: `${judged.length} of ${judged.length}: ${listed(judged)}` }
    return {
      status: bad.some(({ status }) => status === 'fail') ? 'fail' : 'warn',
      summary: `${bad.length} of ${judged.length}: ${listed(bad)}`,
      findings: bad.map(
        ({ run, status, words }): Finding => ({
          subject: runSubject(run),
          status: status === 'fail' ? 'fail' : 'warn',
          summary: `${runLabel(run)}: ${words}`,
        }),
      ),
      fix: [
        {
          text: 'Compare PCIe width and speed of the adapter and its root port with their maximum',
          command: 'lspci -vv -d 15b3:',
          risk: 'none',
        },
        {
          text: 'Look at counters of the link while the test runs: retransmissions, discards, pauses',
          command: 'mlxlink -c',
          risk: 'none',
        },
        {
          text: 'Repeat on cores of the adapter’s NUMA node, with several queue pairs',
          command: 'ib_write_bw -q 4 --report_gbits -F -D 10',
          risk: 'none',
          verify: 'at least 95 % of line rate from host memory',
        },
      ],
      reason: 'low-rdma-bandwidth',
      params: { rails: bad.length },
    }
  },
  examples: [
    { name: '392 of 400', facts: exampleRdmaRuns(exampleRdma()), status: 'pass' },
    {
      name: '13 of 200',
      facts: exampleRdmaRuns(exampleRdma({ lineRateGbps: 200, bandwidthGbps: 13 })),
      status: 'fail',
    },
    { name: '340 of 400', facts: exampleRdmaRuns(exampleRdma({ bandwidthGbps: 340 })), status: 'warn' },
    {
      name: 'GPU memory at 365 of 400',
      facts: exampleRdmaRuns(exampleRdma({ bandwidthGbps: 365, gpuMemory: true })),
      status: 'pass',
    },
    {
      name: 'both directions summed',
      facts: exampleRdmaRuns(exampleRdma({ bandwidthGbps: 390, bidirectional: true })),
      status: 'fail',
    },
    {
      name: 'memory not shown, 365 of 400',
      facts: exampleRdmaRuns(exampleRdma({ bandwidthGbps: 365, gpuMemory: null })),
      status: 'lacking',
    },
    {
      name: 'line rate from the profile',
      facts: exampleRdmaRuns(exampleRdma({ lineRateGbps: null })),
      context: { profile: TWO_RAILS },
      status: 'pass',
    },
    { name: 'line rate not known', facts: exampleRdmaRuns(exampleRdma({ lineRateGbps: null })), status: 'lacking' },
    {
      name: 'latency only',
      facts: exampleRdmaRuns(exampleRdma({ title: 'RDMA_Write Latency', bandwidthGbps: null })),
      status: 'skip',
    },
  ],
})
