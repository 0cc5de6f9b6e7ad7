import type { DeploymentFact } from '@/collectors/cluster/deployments/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import type { Finding } from './check'
import { componentOf } from './components'
import { whyNotReady } from './pod-state'

/** What a Deployment that is short of replicas contributes, with the reason of one of its pods. */
export function deploymentGap(each: DeploymentFact, pods: readonly PodFact[]): Finding {
  const dead = (each.available ?? 0) === 0 && each.replicas > 0
  const stuck = pods.find(
    (pod) =>
      pod.namespace === each.namespace && componentOf(pod.labels)?.id === each.component && whyNotReady(pod) !== null,
  )
  const words =
    each.replicas === 0 ? 'been scaled to 0 replicas' : `${each.available ?? 0} of ${each.replicas} replicas available`
  return {
    subject: `${each.namespace}/${each.name}`,
    status: dead ? 'fail' : 'warn',
    summary: stuck ? `${words}: ${whyNotReady(stuck)}` : words,
  }
}

/** A label by which its pods are found, as `key=value`. */
export function labelOf(labels: Readonly<Record<string, string>>): string {
  const [first] = Object.entries(labels)
  return first === undefined ? 'app' : `${first[0]}=${first[1]}`
}
