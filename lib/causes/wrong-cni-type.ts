import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['nad-wrong-type', 'sandbox-failed', 'pod-pending-reason'] as const

/** An Ethernet CNI on InfiniBand VFs or the other way round. */
export default cause({
  id: 'wrong-cni-type',
  title: 'Network uses the CNI of the other fabric',
  level: 'resources',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 75,
  why: 'sriov sets VLANs and MAC addresses, which InfiniBand VFs refuse; ib-sriov sets GUIDs, which Ethernet VFs lack.',
  refs: ['research/k8s-formats.md §3.4, §9 (NAD-3)'],
  match(input) {
    const type = faulty(input, 'nad-wrong-type')
    const sandbox = faulty(input, 'sandbox-failed')
    const source = type?.status === 'fail' ? type : sandbox?.reason === 'wrong-cni' ? sandbox : null
    if (!source) return null
    return {
      summary: `Pods of the network cannot start because ${source.summary}: use SriovIBNetwork for InfiniBand and SriovNetwork for Ethernet`,
      explains: symptoms(input, EXPLAINS).filter((id) => id !== 'sandbox-failed' || sandbox?.reason === 'wrong-cni'),
      fix: stepsOf(source, [{ text: 'Replace the network object by the right kind', risk: 'restart-pods' }]),
      params: source.params ?? {},
    }
  },
  examples: [
    {
      name: 'sriov on InfiniBand',
      verdicts: [failed('nad-wrong-type', 'resources', 'CNI type sriov on IB VFs of nvidia.com/resibp24s0')],
      matches: true,
    },
    {
      name: 'right type',
      verdicts: [failed('sandbox-failed', 'pod', 'zero GUID', { reason: 'zero-guid' })],
      matches: false,
    },
  ],
})
