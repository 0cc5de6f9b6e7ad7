import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = [
  'no-block-for-node',
  'pool-exhausted',
  'pool-too-small',
  'sandbox-failed',
  'pod-pending-reason',
] as const

/** The pool has no block for a node, or no address for a pod. */
export default cause({
  id: 'ip-pool-exhausted',
  title: 'IP pool is exhausted',
  level: 'resources',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 70,
  why: 'nv-ipam cuts the subnet into one block per selected node, control plane included. The node that comes after the last block gets no addresses, and its pods hang.',
  refs: ['research/k8s-formats.md §8', 'samples/recorded/04'],
  match(input) {
    const seen = ['pool-exhausted', 'pool-too-small']
      .flatMap((id) => faulty(input, id) ?? [])
      .filter((each) => each.status === 'fail')
    const source = seen[0]
    if (!source) return null
    const sandbox = faulty(input, 'sandbox-failed')
    return {
      summary: `Pods get no address because ${source.summary}: use a larger subnet, a smaller block, or a nodeSelector that leaves out nodes without NICs`,
      explains: symptoms(input, EXPLAINS).filter(
        (id) => id !== 'sandbox-failed' || sandbox?.reason === 'pool-full' || sandbox?.reason === 'pool-not-found',
      ),
      fix: stepsOf(source, [{ text: 'Enlarge the pool', risk: 'restart-pods' }]),
      params: source.params ?? {},
    }
  },
  examples: [
    {
      name: 'blocks used up',
      verdicts: [
        failed('pool-exhausted', 'resources', '31 of 31 blocks of IPPool pool-ibp64s0 are given'),
        failed('no-block-for-node', 'resources', 'no block for gpu-node-32'),
      ],
      matches: true,
    },
    {
      name: 'the controller is down',
      verdicts: [failed('no-block-for-node', 'resources', 'the controller wrote no allocation at all')],
      matches: false,
    },
  ],
})
