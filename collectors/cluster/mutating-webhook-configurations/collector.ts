import { clusterCollector } from '@/lib/collector'
import { projectWebhooks, type WebhookFact } from '../webhook-configurations/webhook'

/** Mutating admission webhooks. Source: k8s-formats §20.13. */
export default clusterCollector({
  id: 'mutatingWebhookConfigurations',
  title: 'Mutating webhooks',
  read: {
    via: 'kube',
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    plural: 'mutatingwebhookconfigurations',
    kind: 'MutatingWebhookConfiguration',
    namespaced: false,
  },
  project: (object) => projectWebhooks(object, 'mutating'),
  nodesOf: () => '*',
  fold: (records: readonly (readonly WebhookFact[])[]) => records.flat(),
})
