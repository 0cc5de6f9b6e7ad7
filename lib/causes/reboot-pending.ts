import { cause } from '@/lib/cause'
import { failed } from '@/lib/rules/explained'
import { matchReset, RESET_EXPLAINS } from '@/lib/rules/reset-cause'

const SUMMARY = 'NUM_OF_VFS is 16 now and 8 at next boot on all 8 of 8 adapters'
const PARAMS = { parameter: 'NUM_OF_VFS', current: '16', next: '8' }

/** Written, and an ordinary reboot or reset makes it active. */
export default cause({
  id: 'reboot-pending',
  title: 'NIC configuration waits for a reboot or reset',
  level: 'drivers',
  scope: 'node',
  explains: RESET_EXPLAINS,
  specificity: 90,
  why: 'On ordinary servers a reboot toggles the slot reset and the NIC loads its configuration. Nothing is broken: the change was written and the restart has not come yet.',
  refs: [
    'research/host-formats.md §2.2, §2.3',
    'research/k8s-formats.md §2',
    'Mellanox/network-operator-docs: platforms with external BMC',
  ],
  match: (input) =>
    matchReset('reboot-pending', input, 'reboot the node or reset the adapter', [
      { text: 'Drain and reboot the node', risk: 'reboot' },
    ]),
  examples: [
    {
      name: 'as the check decided',
      verdicts: [
        failed('pending-vf-count', 'drivers', SUMMARY, { reason: 'reboot-pending', params: PARAMS }),
        failed('missing-vfs', 'vfs', '0 of 8 VFs', { status: 'blocked' }),
      ],
      matches: true,
    },
    {
      name: 'another means is needed',
      verdicts: [failed('pending-vf-count', 'drivers', SUMMARY, { reason: 'power-cycle-required', params: PARAMS })],
      matches: false,
    },
    { name: 'nothing pending', verdicts: [failed('missing-vfs', 'vfs', '0 of 8 VFs')], matches: false },
  ],
})
