import type { FixStep } from './check'
import { POLICY_NAME, type Unready } from './nic-policy'
import { sh } from './shell'

/** A component that is not ready, in words. */
export function unreadyWords(part: Unready): string {
  const state = part.error ? 'in error' : 'not ready'
  return `${part.title} (${part.state}) ${state}${part.message ? `: ${part.message}` : ''}`
}

/** Where to look for the reason. */
export function lookAt(part: Unready | null): FixStep {
  const state = part?.state ?? 'state-OFED'
  return {
    text:
      part === null
        ? 'Read the log of the network operator'
        : `Look at the workloads of ${part.title}: their pods say why`,
    command:
      part === null
        ? 'kubectl logs -A -l app.kubernetes.io/name=network-operator --tail=100'
        : sh`kubectl get daemonsets,deployments -A -l ${`nvidia.network-operator.state=${state}`} -o wide`,
    risk: 'none',
    verify: `kubectl get nicclusterpolicy ${POLICY_NAME} -o jsonpath={.status.state} prints ready`,
  }
}
