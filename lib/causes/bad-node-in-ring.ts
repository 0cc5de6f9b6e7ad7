import { cause } from '@/lib/cause'

/** One node is bad with several good partners: the others of its runs are not to blame. */
export default cause({
  id: 'bad-node-in-ring',
  title: 'One bad node slows or stops the whole run',
  level: 'nccl',
  scope: 'cluster',
  explains: ['suspect-node', 'low-bus-bandwidth', 'run-incomplete', 'nccl-error-signature'],
  specificity: 70,
  why: 'A ring is as fast as its slowest member and dies with the first that dies. When the same node is bad with partners that are good without it, its own level tells what is broken.',
  refs: ['research/nccl.md §5.7, §2.8'],
  match({ verdicts, node }) {
    const suspect = verdicts['suspect-node']
    const proved = (suspect?.findings ?? []).filter((finding) => finding.status === 'fail')
    const [first] = proved
    if (suspect?.status !== 'fail' || !first) return null
    const names = [...new Set(proved.map((finding) => finding.subject))]
    const others = ['low-bus-bandwidth', 'nccl-error-signature'].filter((id) => {
      const status = verdicts[id]?.status
      return status === 'fail' || status === 'warn'
    })
    const here =
      node === null || !names.includes(node)
        ? 'its runs are slow through no fault of the others'
        : 'this node is the slow one'
    return {
      summary: `Runs are slow or stop because of ${names.join(', ')} (${first.summary}); ${here}: take it out and test it alone`,
      explains: ['suspect-node', ...others],
      fix: [
        { text: 'Run the node alone, then each of its rails, to name the part', risk: 'none', minutes: 10 },
        {
          text: 'Take it out of scheduling until it is repaired',
          risk: 'config',
          verify: 'the other nodes reach their bandwidth without it',
        },
      ],
      params: { nodes: names.length },
    }
  },
  examples: [
    {
      name: 'one node bad with two partners',
      verdicts: [
        {
          check: 'suspect-node',
          level: 'nccl',
          status: 'fail',
          summary: 'd: a + d 180 GB/s, b + d 182 GB/s',
          findings: [{ subject: 'd', status: 'fail', summary: 'd: a + d 180 GB/s, b + d 182 GB/s' }],
        },
        { check: 'low-bus-bandwidth', level: 'nccl', status: 'fail', summary: '180 GB/s' },
      ],
      matches: true,
    },
    {
      name: 'only likely',
      verdicts: [
        {
          check: 'suspect-node',
          level: 'nccl',
          status: 'warn',
          summary: 'd',
          findings: [{ subject: 'd', status: 'warn', summary: 'd' }],
        },
      ],
      matches: false,
    },
  ],
})
