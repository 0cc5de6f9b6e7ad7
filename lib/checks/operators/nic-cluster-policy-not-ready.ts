import { check, lacking } from '@/lib/check'
import { aPolicy } from '@/lib/examples/stack'
import { minutesBetween } from '@/lib/k8s/age'
import { actingPolicy, leftovers, POLICY_NAME, unready } from '@/lib/nic-policy'
import { lookAt, poolsNotReady, unreadyWords } from '@/lib/nic-policy-words'
import { shortNodes } from '@/lib/short-nodes'

/** A new policy may take this long to roll out (k8s-formats §4 NCP-1). */
const NEW_MINUTES = 10

/** States that other states wait for: a failure there explains the others (k8s-formats §4, NCP-2). */
const WAITS_FOR_DRIVER = new Set([
  'state-RDMA-device-plugin',
  'state-SRIOV-device-plugin',
  'state-doca-telemetry-service',
])

/** What the network operator says of the policy it acts on. */
export default check({
  id: 'nic-cluster-policy-not-ready',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'NicClusterPolicy is ready', fail: 'NicClusterPolicy is not ready' },
  why: 'The network operator reports each component of the policy. `ignore` only means that a block is not in the spec, and `ready` counts DaemonSets only: Deployments and nodes left out are judged by other checks.',
  refs: ['k8s-formats §4, §20.1–7', 'Mellanox/network-operator pkg/state/manager.go'],
  needs: [],
  wants: ['nicClusterPolicies', 'nicNodePolicies', 'clock', 'daemonSets', 'pods', 'nodes'],
  anyOf: ['nicClusterPolicies', 'nicNodePolicies'],
  after: [],
  run({ nicClusterPolicies, nicNodePolicies, clock, ...rollout }) {
    const policy = actingPolicy(nicClusterPolicies ?? [])
    const pools = (nicNodePolicies ?? []).filter((each) => each.state === 'notReady' || each.state === 'error')
    // Beside a policy of the cluster the pools' components are judged by their workloads.
    if (pools.length > 0 && policy === null) return poolsNotReady(pools)
    if (nicClusterPolicies === undefined) return lacking('NicClusterPolicies were not read')
    if (policy === null)
      return { status: 'skip', summary: `No policy named ${POLICY_NAME} exists; the operator acts on no other` }
    if (policy.state === null)
      return lacking('the policy has no status: the operator has not looked at it, or this is a manifest')
    if (policy.state === 'ready') {
      const stale = leftovers(policy).map((each) => each.name)
      const note = stale.length === 0 ? '' : `; ${stale.join(', ')} are leftovers of an earlier release and say nothing`
      const ready = policy.appliedStates.filter((each) => each.state === 'ready').length
      return { status: 'pass', summary: `${policy.name || POLICY_NAME} is ready, ${ready} components ready${note}` }
    }
    const parts = unready(policy)
    const age = minutesBetween(policy.created, clock?.now)
    const young = age !== null && age < NEW_MINUTES && !parts.some((each) => each.error)
    const driver = parts.find((each) => each.state === 'state-OFED')
    const consequences = driver ? parts.filter((each) => WAITS_FOR_DRIVER.has(each.state)) : []
    const roots = parts.filter((each) => !consequences.includes(each))
    const named = roots.map(unreadyWords).join('; ') || policy.reason || 'no component is named'
    const waiting =
      consequences.length === 0
        ? ''
        : `; ${consequences.map((each) => each.state).join(', ')} ${consequences.length === 1 ? 'waits' : 'wait'} for it`
    return {
      status: young ? 'warn' : 'fail',
      summary: `${policy.name || POLICY_NAME} is ${policy.state}, expected ready: ${named}${waiting}`,
      findings: roots.map((each) => ({
        subject: each.state,
        status: young ? 'warn' : 'fail',
        summary: unreadyWords(each),
        nodes: each.error ? undefined : shortNodes(each.state, rollout),
      })),
      evidence: [
        {
          kind: 'table',
          title: 'Components as the operator sees them',
          columns: ['Component', 'State', 'Message'],
          rows: policy.appliedStates.map((each) => ({
            cells: [each.name, each.state, each.message],
            deviates: parts.some((part) => part.state === each.name),
          })),
        },
      ],
      fix: roots.length === 0 ? [lookAt(null)] : roots.map(lookAt),
      reason: roots[0]?.error ? 'component-error' : 'component-not-ready',
      params: { components: roots.map((each) => each.state).join(',') },
    }
  },
  examples: [
    { name: 'ready, RDMA plug-in not asked', facts: { nicClusterPolicies: [aPolicy()] }, status: 'pass' },
    {
      name: 'ready with a leftover of an old release',
      facts: {
        nicClusterPolicies: [
          aPolicy({ appliedStates: [{ name: 'state-whereabouts-cni', state: 'notReady', message: null }] }),
        ],
      },
      status: 'pass',
    },
    {
      name: 'nv-ipam not ready',
      facts: {
        nicClusterPolicies: [
          aPolicy({
            state: 'notReady',
            appliedStates: [{ name: 'state-nv-ipam-cni', state: 'notReady', message: null }],
          }),
        ],
      },
      status: 'fail',
    },
    {
      name: 'manifest without status',
      facts: { nicClusterPolicies: [aPolicy({ state: null, appliedStates: [] })] },
      status: 'lacking',
    },
    {
      name: 'the policy of one pool (26.4)',
      facts: {
        nicClusterPolicies: [],
        nicNodePolicies: [
          aPolicy({
            name: 'pool-a',
            state: 'notReady',
            appliedStates: [{ name: 'state-OFED', state: 'notReady', message: null }],
          }),
        ],
      },
      status: 'fail',
    },
    {
      name: 'only a policy of another name',
      facts: { nicClusterPolicies: [aPolicy({ name: 'mine' })] },
      status: 'skip',
    },
  ],
})
