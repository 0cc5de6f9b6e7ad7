import { type CauseInput, type CauseMatch, cause } from '@/lib/cause'
import { examplePf, exampleSpec, exampleState } from '@/lib/k8s/examples'
import { pfRows } from '@/lib/k8s/pf-rows'
import { failed, faulty, stepsOf, symptoms, WITHOUT_RESOURCE, WITHOUT_VFS, waitingForVfs } from '@/lib/rules/explained'

/** The policy wants more VFs than firmware offers, and nothing is pending that would change it. */
export default cause({
  id: 'vf-count-policy-vs-firmware',
  title: 'Policy wants more VFs than NIC firmware offers',
  level: 'drivers',
  scope: 'node',
  explains: [...WITHOUT_VFS, ...WITHOUT_RESOURCE],
  specificity: 85,
  why: 'Either the operator may not write the firmware (externally managed, plug-in disabled, tools blocked) or the policy asks more than the firmware can give. Rebooting does not help, because nothing waits.',
  refs: ['research/k8s-formats.md §2', 'research/host-formats.md §3'],
  match(input) {
    const source = faulty(input, 'vf-count-below-policy')
    if (faulty(input, 'pending-vf-count')) return null
    if (source?.status !== 'fail') return fromNodeState(input)
    return {
      summary: `VFs are missing because ${source.summary}: write NUM_OF_VFS or lower numVfs of the policy`,
      explains: [...symptoms(input, WITHOUT_VFS), ...waitingForVfs(input)],
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
    {
      name: 'as the node state tells it, no reboot asked yet',
      verdicts: [failed('missing-vfs', 'vfs', 'the policy wants 16, the kernel offers sriov_totalvfs 8')],
      facts: {
        nodeStates: [
          exampleState({
            specs: [exampleSpec('ibp24s0', '0000:18:00.0', 16)],
            pfs: [examplePf('ibp24s0', '0000:18:00.0', 8, 8)],
          }),
        ],
      },
      matches: true,
    },
    {
      name: 'the operator waits for a reboot: that is the cause',
      verdicts: [failed('missing-vfs', 'vfs', 'the policy wants 16, the kernel offers sriov_totalvfs 8')],
      facts: {
        nodeStates: [
          exampleState({
            desiredState: 'Reboot_Required',
            specs: [exampleSpec('ibp24s0', '0000:18:00.0', 16)],
            pfs: [examplePf('ibp24s0', '0000:18:00.0', 8, 8)],
          }),
        ],
      },
      matches: false,
    },
  ],
})

/**
 * Where the firmware itself was not read: `totalvfs` of the node state is its value in force, and the operator has not asked this node
 * for anything yet.
 */
function fromNodeState(input: CauseInput): CauseMatch | null {
  const source = faulty(input, 'missing-vfs')
  const read = ['pending-vf-count', 'vf-count-below-policy'].some((id) => input.verdicts[id]?.status === 'pass')
  if (source?.status !== 'fail' || read) return null
  const state = input.facts.nodeStates?.find(
    (each) => (each.desiredState ?? 'Idle') === 'Idle' && (input.node === null || each.node === input.node),
  )
  const row = state && pfRows(state).find((each) => each.firmware === 'too-small')
  if (!row || row.total === null) return null
  return {
    summary: `VFs are missing because the policy asks ${row.wanted} on ${row.label} and the firmware offers ${row.total} (totalvfs): the operator writes the firmware and asks for a reboot in its turn; numVfs ${row.total} avoids it`,
    explains: [...symptoms(input, WITHOUT_VFS), ...waitingForVfs(input)],
    fix: stepsOf(source, [
      { text: 'Set numVfs of the policy to what the firmware offers, or let the operator change it', risk: 'config' },
    ]),
    params: { offered: row.total, wanted: row.wanted },
  }
}
