import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['pool-in-wrong-namespace', 'missing-ip-pool', 'sandbox-failed', 'pod-pending-reason'] as const

/** A pool stands where the nv-ipam controller does not look. */
export default cause({
  id: 'pool-namespace',
  title: 'IP pool is in the wrong namespace',
  level: 'resources',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 75,
  why: 'nv-ipam reads pools of its own namespace only and says so only in its log; the network then refers to a pool that does not exist for it.',
  refs: ['research/k8s-formats.md §8', 'samples/recorded/04'],
  match(input) {
    const source = faulty(input, 'pool-in-wrong-namespace')
    if (source?.status !== 'fail') return null
    const sandbox = faulty(input, 'sandbox-failed')
    return {
      summary: `The rail of this pool has no addresses because ${source.summary}: create it in the controller’s namespace`,
      explains: symptoms(input, EXPLAINS).filter(
        (id) => id !== 'sandbox-failed' || sandbox?.reason === 'pool-not-found',
      ),
      fix: stepsOf(source, [{ text: 'Create the pool in the namespace of the nv-ipam controller', risk: 'config' }]),
      params: source.params ?? {},
    }
  },
  examples: [
    {
      name: 'in default',
      verdicts: [
        failed(
          'pool-in-wrong-namespace',
          'resources',
          'IPPool rail-3 is in namespace default, nv-ipam reads network-operator only',
        ),
      ],
      matches: true,
    },
    { name: 'exhausted', verdicts: [failed('pool-exhausted', 'resources', '3 of 3 blocks')], matches: false },
  ],
})
