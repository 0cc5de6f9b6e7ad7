import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms, WITHOUT_VFS } from '@/lib/rules/explained'

/** The policy wants more VFs than firmware offers, and nothing is pending that would change it. */
export default cause({
  id: 'vf-count-policy-vs-firmware',
  title: 'Policy wants more VFs than NIC firmware offers',
  level: 'drivers',
  scope: 'node',
  explains: WITHOUT_VFS,
  specificity: 85,
  why: 'Either the operator may not write the firmware (externally managed, plug-in disabled, tools blocked) or the policy asks more than the firmware can give. Rebooting does not help, because nothing waits.',
  refs: ['research/k8s-formats.md §2', 'research/host-formats.md §3'],
  match(input) {
    const source = faulty(input, 'vf-count-below-policy')
    if (source?.status !== 'fail' || faulty(input, 'pending-vf-count')) return null
    return {
      summary: `VFs are missing because ${source.summary}: write NUM_OF_VFS or lower numVfs of the policy`,
      explains: symptoms(input, WITHOUT_VFS),
      fix: stepsOf(source, [
        { text: 'Set NUM_OF_VFS in firmware, or numVfs of the policy, to the other’s value', risk: 'config' },
      ]),
      params: source.params ?? {},
    }
  },
  examples: [
    {
      name: '4 offered, 8 wanted',
      verdicts: [
        failed('vf-count-below-policy', 'drivers', 'firmware offers 4 VFs now and 4 at next boot, the policy wants 8', {
          params: { offered: 4, wanted: 8 },
        }),
        failed('missing-vfs', 'vfs', 'sriov_numvfs is 0', { status: 'blocked' }),
      ],
      matches: true,
    },
    {
      name: 'a change is pending',
      verdicts: [
        failed('vf-count-below-policy', 'drivers', '4 of 8'),
        failed('pending-vf-count', 'drivers', '4 now and 6 at next boot', { reason: 'reboot-pending' }),
      ],
      matches: false,
    },
  ],
})
