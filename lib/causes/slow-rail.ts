import { cause } from '@/lib/cause'

/** One rail is slow or fails: a ring over all rails then runs at its pace. */
export default cause({
  id: 'slow-rail',
  title: 'One rail holds back the others',
  level: 'links',
  scope: 'node',
  explains: ['suspect-rail', 'low-bus-bandwidth', 'nccl-error-signature'],
  specificity: 60,
  why: 'NCCL stripes over all rails, so one port at half rate halves the result and one that drops packets ends the job. The rail is named by per-rail runs, by the RDMA benchmark, or by the error line.',
  refs: ['research/nccl.md §0.9, §4.5', 'research/host-formats.md §12'],
  match({ verdicts }) {
    const sources = [verdicts['suspect-rail'], verdicts['slow-rail']].filter((verdict) => verdict?.status === 'fail')
    const [source] = sources
    const rails = (source?.findings ?? [])
      .filter((finding) => finding.status === 'fail')
      .map((finding) => finding.subject)
    if (!source || rails.length === 0 || rails.length > 2) return null
    const explained = ['suspect-rail', 'low-bus-bandwidth', 'nccl-error-signature'].filter((id) => {
      const status = verdicts[id]?.status
      return status === 'fail' || status === 'warn'
    })
    return {
      summary: `${rails.join(', ')} holds back the whole ring because ${source.summary}: check its cable, port and leaf`,
      explains: explained,
      fix: [
        { text: 'Check cable, transceiver and port counters of that rail on both ends', risk: 'none', minutes: 10 },
        {
          text: 'Replace the cable or transceiver',
          risk: 'drain',
          verify: 'the rail alone reaches 0.9 of its siblings',
        },
      ],
      params: { rails: rails.length },
    }
  },
  examples: [
    {
      name: 'one rail at half rate',
      node: 'dgx030',
      verdicts: [
        {
          check: 'suspect-rail',
          level: 'nccl',
          status: 'fail',
          summary: 'rail 3: 23.0 GB/s, its siblings 47.0 GB/s',
          findings: [{ subject: 'rail 3', status: 'fail', summary: 'rail 3: 23.0 GB/s' }],
        },
        { check: 'low-bus-bandwidth', level: 'nccl', status: 'fail', summary: '180 GB/s' },
      ],
      matches: true,
    },
    {
      name: 'rails alike',
      node: 'dgx030',
      verdicts: [{ check: 'suspect-rail', level: 'nccl', status: 'pass', summary: '8 of 8' }],
      matches: false,
    },
  ],
})
