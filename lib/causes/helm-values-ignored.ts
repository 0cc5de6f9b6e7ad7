import { cause } from '@/lib/cause'
import { failed, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = ['helm-values-without-effect', 'nic-cluster-policy-missing'] as const

/** Settings were given to helm that the chart no longer takes, or that belong to another release. */
export default cause({
  id: 'helm-values-ignored',
  title: 'Helm values are ignored or of another release',
  level: 'operators',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 72,
  why: 'Since 24.10 the chart makes no NicClusterPolicy and accepts unknown values silently; --reuse-values hides the defaults of a new release. Both end in a cluster that is not what the values file says.',
  refs: ['k8s-formats §0.7, §13'],
  match({ verdicts }) {
    const source = verdicts['helm-values-without-effect']
    if (source?.status !== 'fail' && source?.status !== 'warn') return null
    return {
      summary: `The installation is not what the values say because ${source.summary}: write a NicClusterPolicy, and upgrade with --reset-then-reuse-values`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: source.fix ?? [],
      params: { reason: source.reason ?? 'values' },
    }
  },
  examples: [
    {
      name: 'reused values',
      verdicts: [
        failed('helm-values-without-effect', 'operators', '--reuse-values keeps old values', {
          fix: [{ text: 'reset', risk: 'config' }],
        }),
      ],
      matches: true,
    },
    { name: 'fine', verdicts: [passed('helm-values-without-effect', 'operators')], matches: false },
  ],
})
