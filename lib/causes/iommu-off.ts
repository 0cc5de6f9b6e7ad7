import { cause } from '@/lib/cause'
import { stepsOf } from '@/lib/rules/explained'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = ['absent-iommu', 'missing-vfs', 'vf-driver-unexpected', 'node-state-not-synced'] as const

/** VFs cannot be made or handed on because the IOMMU is off. */
export default cause({
  id: 'iommu-off',
  title: 'The IOMMU is off',
  level: 'platform',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 75,
  why: 'With VT-d or AMD-Vi off the kernel has no IOMMU groups: vfio cannot take a VF, and on many platforms VFs cannot be created at all.',
  refs: ['seed 003 and 004', 'research/host-formats.md §9'],
  match({ verdicts }) {
    const off = failing(verdicts, 'absent-iommu')
    if (!off || verdicts['missing-vfs']?.status === 'pass') return null
    return {
      summary: `VFs are missing or unusable because the IOMMU is off (${off.summary}): enable VT-d / AMD-Vi and reboot`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: stepsOf(off, [{ text: 'Enable VT-d or AMD-Vi in the BIOS', risk: 'reboot', minutes: 15 }]),
      params: { by: String(off.params?.by ?? '') },
    }
  },
  examples: [
    {
      name: 'no groups',
      verdicts: [failed('absent-iommu', 'platform', '0 IOMMU groups'), failed('missing-vfs', 'vfs', '0 of 8')],
      matches: true,
    },
    {
      name: 'VFs are there all the same',
      verdicts: [failed('absent-iommu', 'platform', '0 IOMMU groups'), passed('missing-vfs', 'vfs')],
      matches: false,
    },
  ],
})
