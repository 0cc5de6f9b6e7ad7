import { cause } from '@/lib/cause'
import { failed } from '@/lib/rules/explained'
import { matchReset, RESET_EXPLAINS } from '@/lib/rules/reset-cause'

const SUMMARY = 'NUM_OF_VFS is 16 now and 8 at next boot on all 8 of 8 adapters'
const PARAMS = { parameter: 'NUM_OF_VFS', current: '16', next: '8' }

/** A reboot does not restart the adapter here, a firmware reset does. */
export default cause({
  id: 'firmware-reset-required',
  title: 'NIC firmware needs a reset',
  level: 'drivers',
  scope: 'node',
  explains: RESET_EXPLAINS,
  specificity: 90,
  why: 'Platforms with an external BMC keep the NIC powered over a reboot, so nodes reboot and nothing changes. The adapter itself can restart its firmware in place, without anyone at the rack.',
  refs: [
    'research/host-formats.md §2.2, §2.3',
    'research/k8s-formats.md §2',
    'Mellanox/network-operator-docs: platforms with external BMC',
  ],
  match: (input) =>
    matchReset(
      'firmware-reset-required',
      input,
      'reset the NIC firmware with mstfwreset, a plain reboot does not do it here',
      [{ text: 'Drain the node and run mstfwreset -l 3 on each adapter', risk: 'drain' }],
    ),
  examples: [
    {
      name: 'as the check decided',
      verdicts: [
        failed('pending-vf-count', 'drivers', SUMMARY, { reason: 'firmware-reset-required', params: PARAMS }),
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
