import type { NicPolicyFact } from '@/collectors/cluster/nic-cluster-policies/policy'
import { check } from '@/lib/check'
import { aPod, aPolicy, aWaiting } from '@/lib/examples/stack'
import { failedPulls } from '@/lib/image-pulls'
import { actingPolicy } from '@/lib/nic-policy'
import { operatorRelease } from '@/lib/operator-release'
import { wrongImage } from '@/lib/wrong-image'

const waiting = aWaiting('ImagePullBackOff', 'not found', { image: 'ghcr.io/mellanox/nv-ipam:v0.2.0' })
const BROKEN = aPod('nv-ipam-node-1', { phase: 'Pending', labels: { name: 'nv-ipam-node' }, containers: [waiting] })

/** An image of the stack that does not exist under that name or tag. */
export default check({
  id: 'wrong-image-name',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'Image names of the stack are right', fail: 'An image name of the stack does not exist' },
  why: 'A mistyped image name stops a component on every node at once. Registries answer 403 as well as 404 for a name they do not have, so the name is compared with the release list before credentials are suspected.',
  refs: ['k8s-formats §15, §17', 'Mellanox/network-operator hack/release.yaml v23.7–v26.7', 'peers §8.9'],
  needs: [],
  anyOf: ['nicClusterPolicies', 'pods', 'events'],
  wants: ['nicClusterPolicies', 'pods', 'events', 'deployments'],
  after: [],
  run({ nicClusterPolicies, pods, events, deployments }) {
    const policy = nicClusterPolicies === undefined ? null : actingPolicy(nicClusterPolicies)
    const wrong = wrongImage(policy, failedPulls(pods, events), operatorRelease(deployments))
    if (wrong !== null) return wrong
    const count = policy?.components.length ?? 0
    if (count > 0)
      return { status: 'pass', summary: `${count} image names in the policy are those of the release list` }
    if (pods) return { status: 'pass', summary: 'No pod of the stack waits for an image that does not exist' }
    return { status: 'skip', summary: 'No image of the stack is named here' }
  },
  examples: [
    { name: 'names of the release', facts: { nicClusterPolicies: [aPolicy()], pods: [aPod('p')] }, status: 'pass' },
    {
      name: 'nv-ipam',
      facts: { nicClusterPolicies: [withImage('nv-ipam', 'notReady')], pods: [BROKEN] },
      status: 'fail',
    },
    { name: 'pods alone', facts: { pods: [BROKEN] }, status: 'fail' },
    {
      name: 'own mirror that works',
      facts: { nicClusterPolicies: [withImage('ipam-mirror', 'ready')], pods: [] },
      status: 'pass',
    },
    {
      name: 'manifest with a wrong name',
      facts: { nicClusterPolicies: [withImage('nv-ipam', null)] },
      status: 'warn',
    },
    { name: 'events of other pods only', facts: { events: [] }, status: 'skip' },
  ],
})

function withImage(image: string, state: string | null): NicPolicyFact {
  const components = [{ path: 'nvIpam', repository: 'ghcr.io/mellanox', image, version: 'v0.2.0', pullSecrets: [] }]
  const appliedStates = state === null ? [] : [{ name: 'state-nv-ipam-cni', state, message: null }]
  return aPolicy({ state, components, appliedStates })
}
