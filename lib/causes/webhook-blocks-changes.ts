import { cause } from '@/lib/cause'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = ['webhook-without-backend'] as const

/** A webhook without pods refuses every change of policies. */
export default cause({
  id: 'webhook-blocks-changes',
  title: 'A webhook without backend refuses changes',
  level: 'operators',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 92,
  why: 'The operator writes the webhook configuration first and then cannot create its pods, because the chart was installed without the certificates. Every later write, also the one that would switch the webhook off, is refused with a 500.',
  refs: ['k8s-formats §20.13', 'samples/recorded/10'],
  match({ verdicts }) {
    const source = failing(verdicts, 'webhook-without-backend')
    if (source === null) return null
    return {
      summary: `Policies cannot be changed because ${source.summary}: delete the webhook configuration first, then switch it off in SriovOperatorConfig`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: source.fix ?? [],
      params: { configurations: String(source.params?.configurations ?? '') },
    }
  },
  examples: [
    {
      name: 'no pods behind it',
      verdicts: [
        failed(
          'webhook-without-backend',
          'operators',
          'sriov-operator-webhook-config points to a Service with 0 ready pods',
          { fix: [{ text: 'delete', risk: 'config' }] },
        ),
      ],
      matches: true,
    },
    { name: 'fine', verdicts: [passed('webhook-without-backend', 'operators')], matches: false },
  ],
})
