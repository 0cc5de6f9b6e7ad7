import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms, WITHOUT_RESOURCE, WITHOUT_VFS, waitingForVfs } from '@/lib/rules/explained'

const EXPLAINS = [...WITHOUT_VFS, 'stuck-drain', 'config-daemon-error', ...WITHOUT_RESOURCE] as const
/** What the daemon's log says of the loop itself. */
const SAME_REQUEST = /the same request after|firmware runs \d+ VFs, policy requests/

/** The operator reboots again and again for a firmware value that a warm reboot does not load; seen without reading the firmware. */
export default cause({
  id: 'operator-reboot-loop',
  title: 'SR-IOV operator reboots the node in a loop',
  level: 'vfs',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 80,
  why: 'The operator compares only the firmware value in force with the policy and reboots warmly. Where the adapter keeps its firmware over an OS reboot, the value never changes and the node stays drained.',
  refs: ['research/k8s-formats.md §2, §1 SRIOV-7', 'sriov-network-operator pull 449'],
  match(input) {
    const loop = faulty(input, 'reboot-loop')
    // Where the firmware itself was read, that evidence names the means and wins.
    if (loop?.status !== 'fail' || faulty(input, 'pending-vf-count') || faulty(input, 'vf-count-below-policy'))
      return null
    return {
      summary: `The node stays drained and without VFs because ${loop.summary}: reset the NIC firmware before the reboot (mellanoxFirmwareReset), power cycle it, or set numVfs to the firmware’s value`,
      explains: [
        ...symptoms(input, [...WITHOUT_VFS, 'stuck-drain']),
        ...symptoms(input, ['config-daemon-error']).filter((id) =>
          SAME_REQUEST.test(input.verdicts[id]?.summary ?? ''),
        ),
        ...waitingForVfs(input),
      ],
      fix: stepsOf(loop, [{ text: 'Reset the NIC firmware or power cycle the node', risk: 'power-cycle' }]),
      params: loop.params ?? {},
    }
  },
  examples: [
    {
      name: 'three reboots, same request',
      verdicts: [
        failed('reboot-loop', 'vfs', 'the operator asked for 3 reboots and still wants one (current 16, requested 8)', {
          params: { current: 16, requested: 8 },
        }),
        failed('missing-vfs', 'vfs', '0 of 64 VFs'),
      ],
      matches: true,
    },
    {
      name: 'firmware was read: that names the means',
      verdicts: [
        failed('reboot-loop', 'vfs', '3 reboots'),
        failed('pending-vf-count', 'drivers', '16 now and 8 at next boot', { reason: 'power-cycle-required' }),
      ],
      matches: false,
    },
    { name: 'no loop', verdicts: [failed('missing-vfs', 'vfs', '0 of 64 VFs')], matches: false },
  ],
})
