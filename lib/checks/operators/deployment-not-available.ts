import { check, lacking } from '@/lib/check'
import { component } from '@/lib/components'
import { deploymentGap, labelOf } from '@/lib/deployment-gap'
import { aDeployment, aPod, aWaiting } from '@/lib/examples/stack'
import { sh } from '@/lib/shell'

/** Deployments of the stack: controllers that no policy state counts. */
export default check({
  id: 'deployment-not-available',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'Operators and controllers are available', fail: 'An operator or controller is not available' },
  why: 'Readiness of the NicClusterPolicy counts DaemonSets only. nv-ipam-controller, ib-kubernetes and the operators themselves are Deployments: with none of them running, nothing is allocated or reconciled and every status is stale.',
  refs: ['k8s-formats §0.6, §14'],
  needs: ['deployments'],
  wants: ['pods'],
  after: [],
  run({ deployments, pods }) {
    const ours = deployments.filter((each) => each.component !== null && each.deleted === null)
    if (ours.length === 0) return { status: 'skip', summary: 'No operator or controller of the stack was found' }
    const judged = ours.filter((each) => each.available !== null)
    if (judged.length === 0) return lacking('no Deployment has a status: nothing has run them, or these are manifests')
    const short = judged.filter((each) => each.replicas === 0 || (each.available ?? 0) < each.replicas)
    const rows = judged.map((each) => ({
      cells: [each.name, each.namespace, each.available, each.replicas],
      deviates: short.includes(each),
    }))
    const evidence = [
      {
        kind: 'table' as const,
        title: 'Deployments',
        columns: ['Deployment', 'Namespace', 'Available', 'Wanted'],
        rows,
      },
    ]
    if (short.length === 0)
      return {
        status: 'pass',
        summary: `${judged.length} of ${judged.length} Deployments have all replicas available`,
        evidence,
      }
    const findings = short.map((each) => deploymentGap(each, pods ?? []))
    const status = findings.some((each) => each.status === 'fail') ? 'fail' : 'warn'
    return {
      status,
      summary: findings.map((each) => `${each.subject} has ${each.summary}`).join('; '),
      findings: findings.sort((a, b) => Number(b.status === 'fail') - Number(a.status === 'fail')),
      evidence,
      fix: short.slice(0, 3).map((each) => ({
        text: `See why the pods of ${component(each.component ?? '')?.title ?? each.name} do not run`,
        command: sh`kubectl -n ${each.namespace} describe deployment ${each.name} && kubectl -n ${each.namespace} get pods -l ${labelOf(each.labels)} -o wide`,
        risk: 'none',
        verify: sh`kubectl -n ${each.namespace} rollout status deployment ${each.name}`,
      })),
      reason: 'not-available',
      params: {
        deployments: short
          .map((each) => each.component ?? each.name)
          .sort()
          .join(','),
      },
    }
  },
  examples: [
    {
      name: 'all available',
      facts: { deployments: [aDeployment('network-operator'), aDeployment('sriov-operator')] },
      status: 'pass',
    },
    {
      name: 'nv-ipam controller 0 of 2',
      facts: {
        deployments: [aDeployment('nv-ipam-controller', { replicas: 2, available: 0 })],
        pods: [
          aPod('nv-ipam-controller-1', {
            phase: 'Pending',
            labels: { name: 'nv-ipam-controller' },
            conditions: [],
            containers: [aWaiting('ImagePullBackOff', 'not found')],
          }),
        ],
      },
      status: 'fail',
    },
    {
      name: 'one of two',
      facts: { deployments: [aDeployment('nv-ipam-controller', { replicas: 2, available: 1 })] },
      status: 'warn',
    },
    {
      name: 'manifest',
      facts: { deployments: [aDeployment('network-operator', { available: null })] },
      status: 'lacking',
    },
    { name: 'none of the stack', facts: { deployments: [] }, status: 'skip' },
  ],
})
