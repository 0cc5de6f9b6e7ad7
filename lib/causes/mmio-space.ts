import { cause } from '@/lib/cause'
import { stepsOf } from '@/lib/rules/explained'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'mmio-exhausted',
  'missing-vfs',
  'node-state-not-synced',
  'config-daemon-error',
  'zero-allocatable',
  'missing-resource',
] as const

/** The kernel refuses VFs for lack of PCI memory space. */
export default cause({
  id: 'mmio-space',
  title: 'Too little PCI memory space for the VFs',
  level: 'platform',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 88,
  why: 'The BIOS sets aside too little MMIO space for the BARs of the VFs. Writing sriov_numvfs then fails with "cannot allocate memory", which looks like an operator fault.',
  refs: ['kernel drivers/pci/iov.c', 'research/host-formats.md §7'],
  match({ verdicts }) {
    const found = failing(verdicts, 'mmio-exhausted')
    if (!found || verdicts['missing-vfs']?.status === 'pass') return null
    return {
      summary: `VFs cannot be created because the BIOS leaves too little PCI memory space (${found.summary}): raise the MMIO size or add pci=realloc`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: stepsOf(found, [
        { text: 'Raise the 64-bit MMIO size in the BIOS, or add pci=realloc', risk: 'reboot', minutes: 20 },
      ]),
      params: {},
    }
  },
  examples: [
    {
      name: 'refused',
      verdicts: [failed('mmio-exhausted', 'platform', 'not enough MMIO'), failed('missing-vfs', 'vfs', '0 of 8')],
      matches: true,
    },
    {
      name: 'VFs were made later',
      verdicts: [failed('mmio-exhausted', 'platform', 'not enough MMIO'), passed('missing-vfs', 'vfs')],
      matches: false,
    },
  ],
})
