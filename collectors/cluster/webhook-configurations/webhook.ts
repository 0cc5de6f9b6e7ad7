import type { KubeObject } from '@/lib/collector'
import { at, items, word, words } from '../fields'

/** One admission webhook that goes to a Service of the cluster. */
export interface WebhookFact {
  configuration: string
  kind: 'validating' | 'mutating'
  name: string
  /** Fail or Ignore; Fail where nothing is written (API default). */
  failurePolicy: string
  service: { namespace: string; name: string }
  /** `<OPERATION> <group>/<resource>`. */
  refuses: readonly string[]
}

/** A webhook configuration's webhooks; those with a URL have no Service to look at and are left out. */
export function projectWebhooks(object: KubeObject, kind: WebhookFact['kind']): readonly WebhookFact[] | null {
  const found = items(object.webhooks).flatMap((each): WebhookFact[] => {
    const service = at(each, 'clientConfig', 'service')
    const [namespace, name] = [word(at(service, 'namespace')), word(at(service, 'name'))]
    if (namespace === null || name === null) return []
    return [
      {
        configuration: object.metadata.name,
        kind,
        name: word(each.name) ?? object.metadata.name,
        failurePolicy: word(each.failurePolicy) ?? 'Fail',
        service: { namespace, name },
        refuses: items(each.rules).flatMap(refused),
      },
    ]
  })
  return found.length === 0 ? null : found
}

function refused(rule: Readonly<Record<string, unknown>>): string[] {
  const group = words(rule.apiGroups).join('|')
  return [`${words(rule.operations).join('/')} ${words(rule.resources).join(', ')}${group === '' ? '' : `.${group}`}`]
}
