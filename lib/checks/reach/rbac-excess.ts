import { check } from '@/lib/check'
import { HEALTHY_REACH } from '@/lib/reach-checks'

export default check({
  id: 'rbac-excess',
  level: 'reach',
  title: { pass: 'Our identity holds no more than it needs', fail: 'Our identity may do more than it needs' },
  why: 'Whoever takes over the agent gets what its identity may do. Secrets, exec, nodes/proxy, impersonation or wildcards are never needed to read.',
  refs: ['security SEC-46', 'kubernetes/kubernetes#136550'],
  needs: ['reach'],
  after: ['api-unreachable'],
  run: ({ reach }) => {
    if (reach.api.state !== 'ok') return { status: 'skip', summary: 'The API was not asked' }
    if (reach.excess.length === 0) return { status: 'pass', summary: 'No secrets, exec, nodes/proxy or wildcard' }
    return {
      status: 'warn',
      reason: 'rbac-excess',
      params: { excess: [...reach.excess].sort().join(' ') },
      summary: `Our identity also holds ${reach.excess.slice(0, 5).join(', ')}${reach.excess.length > 5 ? ` and ${reach.excess.length - 5} more` : ''}`,
      findings: reach.excess.map((rule) => ({ subject: rule, status: 'warn', summary: 'not needed for reading' })),
      fix: [
        {
          text: 'Run the agent under the shipped read-only role',
          command: 'kubectl apply -f deploy/rbac.yaml',
          risk: 'config',
        },
      ],
    }
  },
  examples: [
    { name: 'shipped role', facts: { reach: HEALTHY_REACH }, status: 'pass' },
    {
      name: 'cluster-admin',
      facts: { reach: { ...HEALTHY_REACH, excess: ['*', 'secrets', 'pods/exec'] } },
      status: 'warn',
    },
  ],
})
