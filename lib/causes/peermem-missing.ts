import { cause } from '@/lib/cause'
import { stepsOf } from '@/lib/rules/explained'
import { failed, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = ['unloaded-peermem', 'gdr-disabled', 'low-bus-bandwidth', 'gpudirect-penalty'] as const

/** GPUDirect RDMA is off because no module lets the NIC reach GPU memory. */
export default cause({
  id: 'peermem-missing',
  title: 'GPUDirect RDMA is off: peermem is not loaded',
  level: 'drivers',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 80,
  why: 'Without peermem or DMA-BUF every transfer goes through host memory: about half the bandwidth, and no error message.',
  refs: ['seed 004', 'research/peers.md §6.1', 'research/host-formats.md §9'],
  match({ verdicts }) {
    const missing = verdicts['unloaded-peermem']
    const stale = verdicts['peermem-install-order']
    if (missing?.status !== 'warn' && missing?.status !== 'fail') return null
    // Built against another RDMA core: install-order names that.
    if (stale?.status === 'warn' || stale?.status === 'fail') return null
    return {
      summary: `GPUDirect RDMA is off because ${missing.summary}: load nvidia_peermem`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: stepsOf(missing, [
        { text: 'Load nvidia_peermem', command: 'modprobe nvidia_peermem', risk: 'config', minutes: 1 },
      ]),
      params: {},
    }
  },
  examples: [
    {
      name: 'not loaded',
      verdicts: [failed('unloaded-peermem', 'drivers', 'nvidia_peermem is not loaded', { status: 'warn' })],
      matches: true,
    },
    {
      name: 'does not load because of the install order',
      verdicts: [
        failed('unloaded-peermem', 'drivers', 'not loaded', { status: 'warn' }),
        failed('peermem-install-order', 'drivers', 'unknown symbol', { status: 'warn' }),
      ],
      matches: false,
    },
    { name: 'loaded', verdicts: [passed('unloaded-peermem', 'drivers')], matches: false },
  ],
})
