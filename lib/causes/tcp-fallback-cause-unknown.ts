import { cause } from '@/lib/cause'

/** NCCL runs over TCP and nothing below says why. Weakest of all: any read evidence beats it. */
export default cause({
  id: 'tcp-fallback-cause-unknown',
  title: 'NCCL uses TCP for a reason not yet found',
  level: 'nccl',
  scope: 'node',
  explains: ['tcp-fallback', 'no-ib-device', 'low-bus-bandwidth', 'missing-rails'],
  specificity: 5,
  why: 'NCCL takes sockets when the pod has no usable RDMA device. Links, VFs, resources, attachment and image are the usual reasons; each has checks of its own, and none of them fails here.',
  refs: ['research/nccl.md §3 net.socket.selected, net.ib.no_device'],
  match({ verdicts }) {
    const fallback = verdicts['tcp-fallback']
    if (fallback?.status !== 'fail' && fallback?.status !== 'warn') return null
    const BELOW = ['links', 'vfs', 'operators', 'resources', 'pod']
    const below = Object.values(verdicts).filter(
      (verdict) => verdict?.status === 'fail' && BELOW.includes(verdict.level),
    )
    // An error line of the log (device not opened, library missing) names the reason better than we could.
    const named = verdicts['nccl-error-signature']?.status === 'fail'
    if (below.length > 0 || named) return null
    const explained = ['tcp-fallback', 'no-ib-device', 'low-bus-bandwidth', 'missing-rails'].filter((id) => {
      const status = verdicts[id]?.status
      return status === 'fail' || status === 'warn'
    })
    return {
      summary: `NCCL runs over TCP because it found no usable RDMA device (${fallback.summary}), and no check of links, VFs, resources or pod fails: look inside a pod of the run`,
      explains: explained,
      fix: [
        {
          text: 'Inside a worker pod: devices, device nodes, port state, library, settings',
          command: 'ls /sys/class/infiniband /dev/infiniband; ibv_devinfo; ldconfig -p | grep ibverbs; env | grep NCCL',
          risk: 'none',
          minutes: 5,
          verify: 'ibv_devinfo lists one PORT_ACTIVE device per rail',
        },
      ],
      params: {},
    }
  },
  examples: [
    {
      name: 'sockets, everything below passes',
      node: 'dgx030',
      verdicts: [
        { check: 'tcp-fallback', level: 'nccl', status: 'fail', summary: '"Using network Socket" instead of IB' },
        { check: 'missing-vfs', level: 'vfs', status: 'pass', summary: '8 of 8' },
      ],
      matches: true,
    },
    {
      name: 'VFs are missing: that explains it better',
      node: 'dgx030',
      verdicts: [
        { check: 'tcp-fallback', level: 'nccl', status: 'fail', summary: '"Using network Socket" instead of IB' },
        { check: 'missing-vfs', level: 'vfs', status: 'fail', summary: '0 of 8' },
      ],
      matches: false,
    },
    {
      name: 'RDMA',
      verdicts: [{ check: 'tcp-fallback', level: 'nccl', status: 'pass', summary: 'IB' }],
      matches: false,
    },
  ],
})
