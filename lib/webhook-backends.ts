import type { DaemonSetFact } from '@/collectors/cluster/daemon-sets/collector'
import type { DeploymentFact } from '@/collectors/cluster/deployments/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import type { WebhookFact } from '@/collectors/cluster/webhook-configurations/webhook'
import { componentOf } from './components'

/** Components behind the Services of the stack's webhooks: Services are named by the operators, not by the user. */
const BACKENDS: readonly { service: RegExp; component: string }[] = [
  { service: /^operator-webhook-service$/, component: 'operator-webhook' },
  { service: /^network-resources-injector-service$/, component: 'resources-injector' },
  { service: /nv-ipam/, component: 'nv-ipam-controller' },
  { service: /maintenance-operator/, component: 'maintenance-operator' },
  { service: /^(?!.*(?:sriov|nic-configuration)).*network-operator/, component: 'network-operator' },
]

/** What stands behind a webhook; null where the Service is not one of the stack. */
export function backendOf(webhook: WebhookFact): string | null {
  return BACKENDS.find((each) => each.service.test(webhook.service.name))?.component ?? null
}

/** Ready pods behind a component in a namespace, by pods, DaemonSets or Deployments; null where none of them was read. */
export function readyBehind(
  component: string,
  namespace: string,
  read: { pods?: readonly PodFact[]; daemonSets?: readonly DaemonSetFact[]; deployments?: readonly DeploymentFact[] },
): number | null {
  const here = <T extends { namespace: string }>(list: readonly T[]) =>
    list.filter((each) => each.namespace === namespace)
  if (read.pods)
    return here(read.pods).filter(
      (pod) =>
        componentOf(pod.labels)?.id === component &&
        pod.conditions.some((each) => each.type === 'Ready' && each.status === 'True'),
    ).length
  if (!read.daemonSets || !read.deployments) return null
  const sets = [...here(read.daemonSets), ...here(read.deployments)].filter((each) => each.component === component)
  return sets.reduce((sum, each) => sum + (each.available ?? 0), 0)
}
