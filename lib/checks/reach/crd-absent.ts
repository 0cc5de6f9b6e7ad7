import { check } from '@/lib/check'
import { HEALTHY_REACH } from '@/lib/reach-checks'

export default check({
  id: 'crd-absent',
  level: 'reach',
  title: { pass: 'Which operators’ kinds are installed is known', fail: 'No operator kinds are installed' },
  why: 'A kind that is not installed is information, not an error: checks that need only such kinds do not apply. It is looked for again every minute.',
  refs: ['security F-40', 'k8s-formats §16: 404 on a group = feature absent'],
  needs: ['reach'],
  after: ['api-unreachable'],
  run: ({ reach }) => {
    if (reach.resources.length === 0) return { status: 'skip', summary: 'No resource was asked for' }
    const custom = reach.resources.filter(
      (resource) => resource.group.includes('.') && !resource.group.endsWith('k8s.io'),
    )
    const absent = custom.filter((resource) => resource.status === 'absent')
    if (custom.length > 0 && absent.length === custom.length) {
      return {
        status: 'warn',
        reason: 'no-operators',
        summary: `None of ${custom.length} operator kinds is installed: no NVIDIA Network Operator, SR-IOV operator or nv-ipam here`,
        findings: absent.map((resource) => ({ subject: resource.resource, status: 'warn', summary: 'not installed' })),
        fix: [
          {
            text: 'Is this the right cluster? Otherwise install the NVIDIA Network Operator',
            command: 'kubectl config current-context',
            risk: 'none',
          },
        ],
      }
    }
    const names = absent.map((resource) => resource.resource).join(', ')
    return {
      status: 'pass',
      summary:
        absent.length === 0
          ? `All ${custom.length} operator kinds are installed`
          : `Not installed (information): ${names}`,
    }
  },
  examples: [
    {
      name: 'all installed',
      facts: {
        reach: {
          ...HEALTHY_REACH,
          resources: [
            {
              resource: 'mellanox.com/nicclusterpolicies',
              collector: 'nicClusterPolicies',
              status: 'ok',
              group: 'mellanox.com',
              plural: 'nicclusterpolicies',
            },
          ],
        },
      },
      status: 'pass',
    },
    {
      name: 'nothing installed',
      facts: {
        reach: {
          ...HEALTHY_REACH,
          resources: [
            {
              resource: 'mellanox.com/nicclusterpolicies',
              collector: 'nicClusterPolicies',
              status: 'absent',
              group: 'mellanox.com',
              plural: 'nicclusterpolicies',
            },
          ],
        },
      },
      status: 'warn',
    },
  ],
})
