import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf } from '@/lib/rules/explained'

/** Checks whose evidence needs root on the node. */
const NEED_ROOT = [
  'pending-vf-count',
  'pending-link-type',
  'wrong-link-type',
  'pending-firmware-image',
  'firmware-config-drift',
  'dpu-mode-nic',
  'nic-in-recovery',
  'firmware-tool-contention',
  'vf-count-below-policy',
] as const
const EXPLAINS = ['sudo-denied', ...NEED_ROOT] as const

/** Reads that need root were refused: many unknowns, one reason. */
export default cause({
  id: 'collector-lacks-privilege',
  title: 'Cairn may not run the firmware tools on this node',
  level: 'reach',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 70,
  why: 'Firmware tools and the kernel log need root. Without the sudoers lines every check that rests on them is unknown: nothing is known to be broken, and nothing is known to be right.',
  refs: ['research/host-formats.md §1 rule 10', 'docs/security.md'],
  match(input) {
    const denied = faulty(input, 'sudo-denied')
    if (!denied) return null
    return {
      summary: `Firmware and kernel evidence is missing because ${denied.summary}: install the shipped sudoers file`,
      explains: ['sudo-denied', ...NEED_ROOT.filter((id) => input.verdicts[id]?.status === 'unknown')],
      fix: stepsOf(denied, [{ text: 'Install deploy/sudoers.d/cairn on the node', risk: 'config' }]),
      params: {},
    }
  },
  examples: [
    {
      name: 'sudo refused',
      verdicts: [
        failed('sudo-denied', 'reach', 'nicFirmware.query was refused'),
        failed('pending-vf-count', 'drivers', 'not read', { status: 'unknown' }),
      ],
      matches: true,
    },
    {
      name: 'unknown for another reason',
      verdicts: [failed('pending-vf-count', 'drivers', 'no Current column', { status: 'unknown' })],
      matches: false,
    },
  ],
})
