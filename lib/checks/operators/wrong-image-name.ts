import type { NicPolicyFact, PolicyComponent } from '@/collectors/cluster/nic-cluster-policies/policy'
import { check } from '@/lib/check'
import { COMPONENTS } from '@/lib/components'
import { aPod, aPolicy, aWaiting } from '@/lib/examples/stack'
import { type FailedPull, failedPulls } from '@/lib/image-pulls'
import { parseImage, shippedAs } from '@/lib/images'
import { actingPolicy, POLICY_NAME, stateOf } from '@/lib/nic-policy'
import { operatorRelease } from '@/lib/operator-release'
import { wrongNames } from '@/lib/policy-images'
import { sh } from '@/lib/shell'

const NOT_FOUND = 'registry.example.net/nv-ipam:v0.2.0: not found'
const BROKEN = aPod('nv-ipam-node-1', {
  phase: 'Pending',
  labels: { name: 'nv-ipam-node' },
  containers: [aWaiting('ImagePullBackOff', NOT_FOUND, { image: 'ghcr.io/mellanox/nv-ipam:v0.2.0' })],
})

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
    const release = operatorRelease(deployments)
    const policy = nicClusterPolicies === undefined ? null : actingPolicy(nicClusterPolicies)
    const pulls = failedPulls(pods, events)
    const misnamed = pulls.filter((each) => each.rightName !== null)
    const absent = pulls.filter((each) => each.rightName === null && each.why === 'not-found')
    const written = policy === null ? [] : wrongNames(policy)
    if (misnamed.length === 0 && absent.length === 0 && written.length === 0) return nothing(pods !== undefined, policy)
    if (misnamed.length === 0 && absent.length === 0 && policy?.state === 'ready')
      return {
        status: 'pass',
        summary: `${written[0]?.image} is no name of the release list, but the policy is ready: a mirror of your own`,
      }
    const failed =
      misnamed.length + absent.length > 0 ||
      written.some((each) => stateOf(policy ?? NO_POLICY, each.state) === 'notReady')
    const first = written[0] ?? fieldOf(misnamed[0])
    const wrong = written[0]?.image ?? nameOf(misnamed[0] ?? absent[0])
    const right = written[0]?.right ?? misnamed[0]?.rightName ?? null
    const ship = right !== null && release ? shippedAs(right, release) : null
    const field = first === null ? 'the image' : `spec.${first.path}.image`
    const text =
      right === null
        ? `${absent[0]?.image}: no such image or tag in the registry`
        : `${field} is ${wrong}, the image is named ${right} in every release`
    return {
      status: failed ? 'fail' : 'warn',
      summary: `${text}${affected([...misnamed, ...absent])}`,
      findings: [
        ...misnamed.map((each) => ({
          subject: each.image,
          status: 'fail' as const,
          summary: `named ${nameOf(each)}, should be ${each.rightName}: ${each.words ?? 'cannot be pulled'}`,
        })),
        ...absent.map((each) => ({ subject: each.image, status: 'fail' as const, summary: each.words ?? 'not found' })),
        ...(misnamed.length > 0
          ? []
          : written.map((each) => ({
              subject: `spec.${each.path}.image`,
              status: failed ? ('fail' as const) : ('warn' as const),
              summary: `${each.image}, should be ${each.right}`,
            }))),
      ],
      fix: [
        {
          text: `Set ${field} to ${right ?? 'an image and tag that exist'}${ship ? `; release ${release?.version} ships it as ${ship.repository}/${right}:${ship.tag}` : ''}`,
          command:
            first !== null && right !== null
              ? sh`kubectl patch nicclusterpolicy ${POLICY_NAME} --type merge -p ${patchOf(first.path, right)}`
              : sh`kubectl edit nicclusterpolicy ${POLICY_NAME}`,
          risk: 'config',
          minutes: 2,
          verify: sh`kubectl get pods -A -o wide shows the pods of ${right ?? wrong} Running`,
        },
      ],
      reason: right === null ? 'no-such-tag' : 'wrong-name',
      params: { image: wrong, right: right ?? '', field },
    }
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
    { name: 'manifest with a wrong name', facts: { nicClusterPolicies: [withImage('nv-ipam', null)] }, status: 'warn' },
    { name: 'events of other pods only', facts: { events: [] }, status: 'skip' },
  ],
})

const NO_POLICY = aPolicy({ appliedStates: [] })

function nothing(podsRead: boolean, policy: NicPolicyFact | null) {
  if (policy !== null && policy.components.length > 0)
    return {
      status: 'pass' as const,
      summary: `${policy.components.length} image names in the policy are those of the release list`,
    }
  if (podsRead)
    return { status: 'pass' as const, summary: 'No pod of the stack waits for an image that does not exist' }
  return { status: 'skip' as const, summary: 'No image of the stack is named here' }
}

function withImage(image: string, state: string | null): NicPolicyFact {
  const component: PolicyComponent = {
    path: 'nvIpam',
    repository: 'ghcr.io/mellanox',
    image,
    version: 'v0.2.0',
    pullSecrets: [],
  }
  return aPolicy({
    state,
    components: [component],
    appliedStates: state === null ? [] : [{ name: 'state-nv-ipam-cni', state, message: null }],
  })
}

function fieldOf(pull: FailedPull | undefined): { path: string } | null {
  const path = COMPONENTS.find((each) => each.id === pull?.component)?.specPath
  return path === undefined ? null : { path }
}

function nameOf(pull: FailedPull | undefined): string {
  return parseImage(pull?.image ?? '')?.name ?? pull?.image ?? ''
}

function affected(pulls: readonly FailedPull[]): string {
  const count = new Set(pulls.flatMap((each) => each.pods)).size
  return count === 0 ? '' : `; ${count} pods cannot pull it`
}

function patchOf(path: string, image: string): string {
  const body = path.split('.').reduceRight<object>((inner, key) => ({ [key]: inner }), { image })
  return JSON.stringify({ spec: body })
}
