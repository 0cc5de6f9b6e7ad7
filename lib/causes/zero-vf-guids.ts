import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['zero-vf-guid', 'sandbox-failed'] as const

/** VFs without GUIDs: nobody assigned them. */
export default cause({
  id: 'zero-vf-guids',
  title: 'InfiniBand VFs were never given GUIDs',
  level: 'vfs',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 80,
  why: 'The SR-IOV operator generates GUIDs only when it creates the VFs and takes an all-zero one for set, because it compares with another spelling of zero. Without ib-kubernetes nobody repairs it, and every pod on such a VF fails to start.',
  refs: ['research/k8s-formats.md §3.1 (Mellanox/network-operator issue 1825)', 'research/host-formats.md §7'],
  match(input) {
    const source = faulty(input, 'zero-vf-guid')
    if (source?.status !== 'fail') return null
    const pods = input.verdicts['sandbox-failed']?.summary ?? ''
    return {
      summary: `InfiniBand VFs cannot join the fabric because ${source.summary}: assign GUIDs and rebind the VFs`,
      explains: symptoms(input, EXPLAINS).filter((id) => id !== 'sandbox-failed' || /GUID/i.test(pods)),
      fix: stepsOf(source, [
        { text: 'Assign a unique node and port GUID to every VF, then unbind and bind it', risk: 'restart-pods' },
      ]),
      params: source.params ?? {},
    }
  },
  examples: [
    {
      name: 'two of eight',
      verdicts: [
        failed('zero-vf-guid', 'vfs', '2 of 8 InfiniBand VFs have no GUID assigned', { params: { all: false } }),
      ],
      matches: true,
    },
    {
      name: 'all assigned',
      verdicts: [failed('zero-vf-guid', 'vfs', 'all have one', { status: 'pass' })],
      matches: false,
    },
  ],
})
