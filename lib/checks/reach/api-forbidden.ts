import { check } from '@/lib/check'
import type { ResourceState } from '@/lib/reach'
import { HEALTHY_REACH } from '@/lib/reach-checks'

export default check({
  id: 'api-forbidden',
  level: 'reach',
  title: { pass: 'Every resource Cairn uses is readable', fail: 'Our role may not read some resources' },
  why: 'A refused resource makes exactly the checks that need it unknown; the others work. The shipped ClusterRole holds all of them and nothing else.',
  refs: ['security F-39, SEC-46', 'k8s-formats §16'],
  needs: ['reach'],
  after: ['api-unreachable'],
  run: ({ reach }) => {
    const denied = reach.resources.filter((resource) => resource.status === 'denied')
    if (reach.resources.length === 0) return { status: 'skip', summary: 'No resource was asked for' }
    if (denied.length === 0) return { status: 'pass', summary: `${reach.resources.length} resources` }
    const names = denied.map((resource) => resource.resource).sort()
    return {
      status: 'warn',
      reason: 'api-forbidden',
      params: { resources: names.join(' ') },
      summary: `${denied.length} of ${reach.resources.length} resources are refused: ${names.join(', ')}`,
      findings: denied.map((resource) => ({
        subject: resource.resource,
        status: 'warn',
        summary: resource.reason ?? 'forbidden',
      })),
      evidence: [{ kind: 'yaml', title: 'Rules to add to the ClusterRole', text: denied.map(ruleText).join('\n') }],
      fix: [
        {
          text: 'Apply the shipped role, or add the rules shown',
          command: 'kubectl apply -f deploy/rbac.yaml',
          risk: 'config',
        },
      ],
    }
  },
  examples: [
    { name: 'all readable', facts: { reach: HEALTHY_REACH }, status: 'pass' },
    {
      name: 'node states refused',
      facts: {
        reach: {
          ...HEALTHY_REACH,
          resources: [
            {
              resource: 'sriovnetwork.openshift.io/sriovnetworknodestates',
              collector: 'nodeStates',
              status: 'denied',
              reason: 'cannot list',
              group: 'sriovnetwork.openshift.io',
              plural: 'sriovnetworknodestates',
            },
          ],
        },
      },
      status: 'warn',
    },
  ],
})

function ruleText(resource: ResourceState): string {
  return `- apiGroups: ["${resource.group}"]\n  resources: ["${resource.plural}"]\n  verbs: ["get", "list", "watch"]`
}
