import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['sm-virtualisation-off', 'no-rdma-connectivity', 'no-ib-device'] as const

/** VFs that no subnet manager serves: a hypothesis, because the subnet manager itself is not asked. */
export default cause({
  id: 'sm-without-virtualisation',
  title: 'The subnet manager does not serve virtual ports',
  level: 'links',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 20,
  why: 'Virtual functions are virtual ports of their PF. A subnet manager without virtualisation configures the PF and leaves them Down for ever; every pod on such a VF has a device that cannot send.',
  refs: ['seed 002, 004', 'research/peers.md §4.4'],
  match(input) {
    const source = faulty(input, 'sm-virtualisation-off')
    if (!source) return null
    return {
      summary: `VFs cannot join the fabric, probably because ${source.summary}: switch virtualisation on in the subnet manager`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(source, [{ text: 'Set virt_enabled 2 on the subnet manager', risk: 'config' }]),
      params: {},
    }
  },
  examples: [
    {
      name: 'all VFs Down',
      verdicts: [
        failed('sm-virtualisation-off', 'links', '16 of 16 VFs with a GUID have no LID although 8 PFs are Active', {
          status: 'warn',
        }),
      ],
      matches: true,
    },
    { name: 'no SM at all', verdicts: [failed('no-subnet-manager', 'links', 'SM LID 0')], matches: false },
  ],
})
