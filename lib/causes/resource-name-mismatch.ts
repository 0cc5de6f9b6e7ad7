import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = [
  'resource-chain-broken',
  'unschedulable-for-network',
  'pod-pending-reason',
  'sandbox-failed',
  'rail-not-requested',
] as const

/** The name of a resource is spelt differently at two links of the chain from policy to pod. */
export default cause({
  id: 'resource-name-mismatch',
  title: 'Resource names do not match',
  level: 'resources',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 60,
  why: 'Policy, device plugin, attachment definition and pod are tied by one string with a prefix. When everything below is healthy, a name that nobody offers is a spelling or prefix fault.',
  refs: ['research/k8s-formats.md §9, §10', 'research/peers.md §3.4'],
  match(input) {
    const chain = faulty(input, 'resource-chain-broken')
    const pod = faulty(input, 'rail-not-requested')
    const sandbox = faulty(input, 'sandbox-failed')
    const source =
      chain?.status === 'fail' && chain.reason === 'resource-name'
        ? chain
        : pod?.status === 'fail'
          ? pod
          : sandbox?.reason === 'no-device'
            ? sandbox
            : null
    if (!source) return null
    return {
      summary: `Pods of a rail do not start because two names differ: ${source.summary}; make both ends the same`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(source, [
        { text: 'Use the same <prefix>/<resourceName> in policy, network and pod', risk: 'restart-pods' },
      ]),
      params: { at: source.check },
    }
  },
  examples: [
    {
      name: 'no policy defines it',
      verdicts: [
        failed(
          'resource-chain-broken',
          'resources',
          'network default/ibp25s0 takes nvidia.com/resibp25s0: no policy defines it',
          { reason: 'resource-name' },
        ),
      ],
      matches: true,
    },
    {
      name: 'the VFs are missing',
      verdicts: [
        failed('resource-chain-broken', 'resources', 'no node registers it', { reason: 'resource-not-offered' }),
        failed('missing-resource', 'resources', 'no key'),
      ],
      matches: false,
    },
  ],
})
