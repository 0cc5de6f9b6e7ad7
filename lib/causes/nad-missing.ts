import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = [
  'missing-nad',
  'nad-wrong-namespace',
  'network-without-nad',
  'sandbox-failed',
  'pod-pending-reason',
] as const

/** Pods ask for an attachment definition that is not there, or not in that namespace. */
export default cause({
  id: 'nad-missing',
  title: 'Network attachment definition is missing',
  level: 'resources',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 75,
  why: 'Multus looks a network up in the pod’s namespace unless the annotation names another; without it the pod hangs in ContainerCreating.',
  refs: ['research/k8s-formats.md §9 (NAD-1)'],
  match(input) {
    const seen = ['nad-wrong-namespace', 'missing-nad', 'network-without-nad'].flatMap((id) => faulty(input, id) ?? [])
    const sandbox = faulty(input, 'sandbox-failed')
    const source =
      seen.find((each) => each.status === 'fail') ?? (sandbox?.reason === 'nad-missing' ? sandbox : undefined)
    if (!source) return null
    return {
      summary: `Pods hang before they start because ${source.summary}: name the right namespace in the annotation or create the network there`,
      explains: symptoms(input, EXPLAINS).filter((id) => id !== 'sandbox-failed' || sandbox?.reason === 'nad-missing'),
      fix: stepsOf(source, [{ text: 'Create the SriovIBNetwork with networkNamespace of the pods', risk: 'config' }]),
      params: { at: source.check },
    }
  },
  examples: [
    {
      name: 'in another namespace',
      verdicts: [
        failed('nad-wrong-namespace', 'resources', 'network ibp64s0 is looked up in team-a and exists in default'),
      ],
      matches: true,
    },
    {
      name: 'another sandbox error',
      verdicts: [failed('sandbox-failed', 'pod', 'no device was handed over', { reason: 'no-device' })],
      matches: false,
    },
  ],
})
