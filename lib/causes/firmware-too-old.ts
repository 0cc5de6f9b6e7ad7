import { cause } from '@/lib/cause'
import { stepsOf } from '@/lib/rules/explained'
import { failed, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = ['old-nic-firmware'] as const

/** Firmware below the declared minimum. */
export default cause({
  id: 'firmware-too-old',
  title: 'NIC firmware is older than the declared minimum',
  level: 'drivers',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 60,
  why: 'Operators and SHARP releases are tested with a minimum firmware. Below it features fail in ways that look like configuration errors.',
  refs: ['seed 002', 'research/host-formats.md §15'],
  match({ verdicts }) {
    const old = verdicts['old-nic-firmware']
    if ((old?.status !== 'warn' && old?.status !== 'fail') || old.reason !== 'below-minimum') return null
    return {
      summary: `NIC firmware is too old (${old.summary}): update it`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: stepsOf(old, [
        { text: 'Burn the vendor’s firmware for this PSID and restart the NIC', risk: 'drain', minutes: 20 },
      ]),
      params: { versions: String(old.params?.versions ?? '') },
    }
  },
  examples: [
    {
      name: 'below minimum',
      verdicts: [failed('old-nic-firmware', 'drivers', '28.39.1002', { status: 'warn', reason: 'below-minimum' })],
      matches: true,
    },
    {
      name: 'only mixed',
      verdicts: [failed('old-nic-firmware', 'drivers', 'two versions', { status: 'warn', reason: 'mixed' })],
      matches: false,
    },
    { name: 'recent', verdicts: [passed('old-nic-firmware', 'drivers')], matches: false },
  ],
})
