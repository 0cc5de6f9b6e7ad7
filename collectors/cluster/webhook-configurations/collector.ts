import { clusterCollector } from '@/lib/collector'
import { projectWebhooks, type WebhookFact } from './webhook'

/** Validating admission webhooks. Source: k8s-formats §20.13. */
export default clusterCollector({
  id: 'webhookConfigurations',
  title: 'Validating webhooks',
  read: {
    via: 'kube',
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    plural: 'validatingwebhookconfigurations',
    kind: 'ValidatingWebhookConfiguration',
    namespaced: false,
  },
  project: (object) => projectWebhooks(object, 'validating'),
  nodesOf: () => '*',
  fold: (records: readonly (readonly WebhookFact[])[]) => records.flat(),
})
