import { cause } from '@/lib/cause'
import { failed } from '@/lib/rules/explained'
import { matchReset, RESET_EXPLAINS } from '@/lib/rules/reset-cause'

const SUMMARY = 'NUM_OF_VFS is 16 now and 8 at next boot on all 8 of 8 adapters'
const PARAMS = { parameter: 'NUM_OF_VFS', current: '16', next: '8' }

/** The pending configuration becomes active only when the adapter loses power, as far as is known. */
export default cause({
  id: 'power-cycle-required',
  title: 'NIC firmware needs a power cycle',
  level: 'drivers',
  scope: 'node',
  explains: RESET_EXPLAINS,
  specificity: 90,
  why: 'NIC configuration is read when the firmware itself boots. Where the adapter keeps power over an OS reboot and offers no reset that loads it, only taking the power away does.',
  refs: [
    'research/host-formats.md §2.2, §2.3',
    'research/k8s-formats.md §2',
    'Mellanox/network-operator-docs: platforms with external BMC',
  ],
  match: (input) =>
    matchReset('power-cycle-required', input, 'power cycle the node (cold reboot)', [
      { text: 'Power cycle the machine from its BMC', risk: 'power-cycle' },
    ]),
  examples: [
    {
      name: 'as the check decided',
      verdicts: [
        failed('pending-vf-count', 'drivers', SUMMARY, { reason: 'power-cycle-required', params: PARAMS }),
        failed('missing-vfs', 'vfs', '0 of 8 VFs', { status: 'blocked' }),
      ],
      matches: true,
    },
    {
      name: 'another means is needed',
      verdicts: [failed('pending-vf-count', 'drivers', SUMMARY, { reason: 'reboot-pending', params: PARAMS })],
      matches: false,
    },
    { name: 'nothing pending', verdicts: [failed('missing-vfs', 'vfs', '0 of 8 VFs')], matches: false },
  ],
})
