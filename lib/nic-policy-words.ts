import type { NicPolicyFact } from '@/collectors/cluster/nic-cluster-policies/policy'
import type { Finding, FixStep, Verdict } from './check'
import { fromFindings } from './k8s/from-findings'
import { POLICY_NAME, type Unready, unready } from './nic-policy'
import { sh } from './shell'

/** A component that is not ready, in words. */
export function unreadyWords(part: Unready): string {
  const state = part.error ? 'in error' : 'not ready'
  return `${part.title} (${part.state}) ${state}${part.message ? `: ${part.message}` : ''}`
}

/** NicNodePolicies (26.4 and later) that are not ready, by pool. */
export function poolsNotReady(policies: readonly NicPolicyFact[]): Verdict {
  const findings = policies.map((policy): Finding => {
    const named = unready(policy).map(unreadyWords).join('; ') || policy.reason || 'no component is named'
    return {
      subject: policy.name,
      status: 'fail',
      summary: `NicNodePolicy ${policy.name} is ${policy.state}, expected ready: ${named}`,
    }
  })
  const [first] = policies.flatMap(unready)
  return fromFindings(findings, '', {
    fix: [lookAt(first ?? null)],
    reason: first?.error ? 'component-error' : 'component-not-ready',
    params: { components: policies.flatMap((policy) => unready(policy).map((each) => each.state)).join(',') },
  })
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
