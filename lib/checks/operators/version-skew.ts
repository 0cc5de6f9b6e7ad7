import { check, lacking } from '@/lib/check'
import { aDeployment, aPolicy } from '@/lib/examples/stack'
import { shippedAs } from '@/lib/images'
import { actingPolicy, POLICY_NAME } from '@/lib/nic-policy'
import { operatorRelease } from '@/lib/operator-release'
import { skewed } from '@/lib/policy-images'

const OLD_IPAM = {
  path: 'nvIpam',
  repository: 'ghcr.io/mellanox',
  image: 'nvidia-k8s-ipam',
  version: 'v0.2.0',
  pullSecrets: [],
}

/** Images of the policy against the installed release of the operator. */
export default check({
  id: 'version-skew',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'Image versions belong to the installed release', fail: 'Image versions belong to another release' },
  why: 'NVIDIA tests the components of one release together. A tag kept over an upgrade usually still runs, so this is a warning: it is the first thing to undo when a component misbehaves.',
  refs: ['k8s-formats §15, §17', 'Mellanox/network-operator hack/release.yaml'],
  needs: ['nicClusterPolicies', 'deployments'],
  after: [],
  run({ nicClusterPolicies, deployments }) {
    const policy = actingPolicy(nicClusterPolicies)
    if (policy === null) return { status: 'skip', summary: `No policy named ${POLICY_NAME} exists` }
    const release = operatorRelease(deployments)
    if (release === null) return lacking('no Deployment of the network operator tells its release')
    const named = policy.components.filter((each) => each.version !== null)
    if (named.length === 0) return { status: 'skip', summary: 'The policy names no versions' }
    const other = skewed(policy, release)
    if (other.length === 0)
      return { status: 'pass', summary: `No version in the policy belongs to another release than ${release.version}` }
    return {
      status: 'warn',
      summary: other
        .map(
          (each) =>
            `${each.where}.version is ${each.tag} (release ${each.of.join(', ')}), the operator is ${release.version}`,
        )
        .join('; '),
      findings: other.map((each) => ({
        subject: each.where,
        status: 'warn',
        summary: `${each.image}:${each.tag} belongs to ${each.of.join(', ')}, installed is ${release.version}`,
      })),
      fix: other.map((each) => {
        const ship = shippedAs(each.image, release)
        return {
          text: ship
            ? `Set repository ${ship.repository} and version ${ship.tag} at ${each.where}`
            : `Set the version of release ${release.version} at ${each.where}`,
          command: `kubectl edit nicclusterpolicy ${POLICY_NAME}`,
          risk: 'restart-pods',
        }
      }),
      reason: 'other-release',
      params: { images: other.map((each) => `${each.image}:${each.tag}`).join(','), release: release.series },
    }
  },
  examples: [
    {
      name: 'one release',
      facts: { nicClusterPolicies: [aPolicy()], deployments: [aDeployment('network-operator')] },
      status: 'pass',
    },
    {
      name: 'nv-ipam v0.2.0 with 25.7.0',
      facts: {
        nicClusterPolicies: [aPolicy({ components: [OLD_IPAM] })],
        deployments: [aDeployment('network-operator')],
      },
      status: 'warn',
    },
    { name: 'release unknown', facts: { nicClusterPolicies: [aPolicy()], deployments: [] }, status: 'lacking' },
  ],
})
