import { cause } from '@/lib/cause'
import { stepsOf } from '@/lib/rules/explained'
import { failed, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'peermem-install-order',
  'unloaded-peermem',
  'gdr-disabled',
  'low-bus-bandwidth',
  'gpudirect-penalty',
] as const

/** The GPU driver was built before OFED: peermem does not fit the RDMA core. */
export default cause({
  id: 'install-order',
  title: 'The GPU driver was installed before the NIC driver',
  level: 'drivers',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 90,
  why: 'nvidia_peermem is built with the GPU driver against the RDMA core that is installed then. A later OFED brings other symbols, peermem no longer loads, and GPUDirect RDMA is silently off.',
  refs: ['seed 004 (install order)', 'research/host-formats.md §9'],
  match({ verdicts }) {
    const stale = verdicts['peermem-install-order']
    if (stale?.status !== 'warn' && stale?.status !== 'fail') return null
    return {
      summary: `Peermem does not load because it was built against another RDMA core (${stale.summary}): reinstall the GPU driver after OFED`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: stepsOf(stale, [{ text: 'Reinstall the GPU driver after OFED', risk: 'drain', minutes: 20 }]),
      params: {},
    }
  },
  examples: [
    {
      name: 'unknown symbol',
      verdicts: [failed('peermem-install-order', 'drivers', 'nvidia_peermem unknown symbol', { status: 'warn' })],
      matches: true,
    },
    { name: 'loads', verdicts: [passed('peermem-install-order', 'drivers')], matches: false },
  ],
})
