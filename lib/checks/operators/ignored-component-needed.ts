import { check, lacking } from '@/lib/check'
import { aNode, aPod, aPolicy } from '@/lib/examples/stack'
import { missingComponents } from '@/lib/needs-component'
import { actingPolicy, POLICY_NAME } from '@/lib/nic-policy'

const NONE = aPolicy({ components: [], appliedStates: [{ name: 'state-multus-cni', state: 'ignore', message: null }] })
const WITH_NETWORK = aPod('worker', { namespace: 'team', networksAnnotation: 'rail0' })

/** `ignore` is normal unless something needs the component and nothing else provides it. */
export default check({
  id: 'ignored-component-needed',
  level: 'operators',
  scope: 'cluster',
  title: {
    pass: 'Every component that is needed is in the policy',
    fail: 'A component that pods need is not in the policy',
  },
  why: 'A component that is not in the NicClusterPolicy has state `ignore`, and the policy stays ready. That is right for what nobody uses; but without Multus a pod that asks for networks silently gets only eth0.',
  refs: ['k8s-formats §0.5, §4 NCP-2, §6 RDMA-1, §17', 'peers §8.1', 'samples/recorded/03, 11'],
  needs: ['nicClusterPolicies'],
  wants: ['pods', 'nads', 'deployments', 'jobs', 'mpiJobs', 'nodes', 'daemonSets', 'nicNodePolicies'],
  after: [],
  run({ nicClusterPolicies, ...users }) {
    const policy = actingPolicy(nicClusterPolicies)
    if (policy === null) return { status: 'skip', summary: `No policy named ${POLICY_NAME} exists` }
    if (!policy.hasSpec) return lacking('the policy was read without its spec')
    if (!users.pods && !users.nads && !users.mpiJobs)
      return lacking('neither pods nor network attachments were read: what needs the components is unknown')
    const missing = missingComponents(policy, users)
    const ignored = policy.appliedStates.filter((each) => each.state === 'ignore').map((each) => each.name)
    if (missing.length === 0)
      return {
        status: 'pass',
        summary: `${ignored.length} components are not asked for (ignore), and nothing that was read needs them`,
      }
    if (!users.daemonSets)
      return lacking(
        `DaemonSets were not read: ${missing.map((each) => each.title).join(', ')} may be deployed by something else`,
      )
    return {
      status: 'fail',
      summary: missing
        .map(
          (each) =>
            `${each.title} is not in ${policy.name || POLICY_NAME} (spec.${each.specPath} absent), but ${each.count} need it: ${each.neededBy.join(', ')}`,
        )
        .join('; '),
      findings: missing.map((each) => ({
        subject: each.title,
        status: 'fail',
        summary: `not deployed, needed by ${each.count}: ${each.neededBy.join(', ')}`,
      })),
      fix: missing.map((each) => ({
        text: `Add spec.${each.specPath} to the policy${each.id === 'multus' ? ' together with spec.secondaryNetwork.cniPlugins' : ''}, then recreate the pods started since`,
        command: `kubectl edit nicclusterpolicy ${POLICY_NAME}`,
        risk: 'config',
        verify: `kubectl get nicclusterpolicy ${POLICY_NAME} -o yaml shows the state ready`,
      })),
      reason: missing.map((each) => each.id).join('+'),
      params: { components: missing.map((each) => each.id).join(',') },
    }
  },
  examples: [
    {
      name: 'RDMA plug-in ignored, nobody asks it',
      facts: { nicClusterPolicies: [aPolicy()], pods: [WITH_NETWORK], daemonSets: [] },
      status: 'pass',
    },
    {
      name: 'Multus not asked, a pod wants networks',
      facts: { nicClusterPolicies: [NONE], pods: [WITH_NETWORK], daemonSets: [] },
      status: 'fail',
    },
    {
      name: 'a pod asks rdma/a that no node offers',
      facts: {
        nicClusterPolicies: [aPolicy()],
        pods: [aPod('w', { requests: { 'rdma/a': 1 } })],
        nodes: [aNode()],
        daemonSets: [],
      },
      status: 'fail',
    },
    { name: 'DaemonSets unread', facts: { nicClusterPolicies: [NONE], pods: [WITH_NETWORK] }, status: 'lacking' },
    { name: 'policy alone', facts: { nicClusterPolicies: [aPolicy()] }, status: 'lacking' },
    { name: 'no acting policy', facts: { nicClusterPolicies: [] }, status: 'skip' },
  ],
})
