import { check } from '@/lib/check'
import { aPod, aPolicy, aWaiting } from '@/lib/examples/stack'
import { failedPulls, nodesShort } from '@/lib/image-pulls'
import { actingPolicy, POLICY_NAME } from '@/lib/nic-policy'
import { isStaging } from '@/lib/policy-images'
import { sh } from '@/lib/shell'

const IMAGE = 'nvcr.io/nvstaging/mellanox/doca-driver:24.07-0.6.1.0-0'
const STAGED = {
  path: 'ofedDriver',
  repository: 'nvcr.io/nvstaging/mellanox',
  image: 'doca-driver',
  version: '24.07-0.6.1.0-0',
  pullSecrets: [],
}
const BROKEN = aPod('mofed-1', {
  phase: 'Pending',
  labels: { 'nvidia.com/ofed-driver': '' },
  containers: [aWaiting('ImagePullBackOff', '401 Unauthorized', { image: IMAGE })],
})

/** Images of NVIDIA's internal staging registry. */
export default check({
  id: 'staging-image',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'No image comes from the staging registry', fail: 'Images come from the internal staging registry' },
  why: 'nvcr.io/nvstaging is internal to NVIDIA and answers 401. Values copied from a release branch name it; a node that still has the image in its cache works until the image is evicted.',
  refs: ['k8s-formats §15', 'samples/recorded/20'],
  needs: [],
  anyOf: ['nicClusterPolicies', 'pods', 'events'],
  wants: ['nicClusterPolicies', 'pods', 'events'],
  after: [],
  run({ nicClusterPolicies, pods, events }) {
    const policy = nicClusterPolicies === undefined ? null : actingPolicy(nicClusterPolicies)
    const blocks = (policy?.components ?? []).filter((each) => isStaging(each.repository))
    const failing = failedPulls(pods, events).filter((each) => isStaging(each.image))
    const running = (pods ?? []).flatMap((pod) =>
      pod.containers.filter((each) => isStaging(each.image)).map((each) => each.image ?? ''),
    )
    const images = [...new Set([...failing.map((each) => each.image), ...running])]
    if (blocks.length === 0 && images.length === 0) {
      const seen = nicClusterPolicies?.some((each) => each.hasSpec) === true || (pods?.length ?? 0) > 0
      if (!seen) return { status: 'skip', summary: 'No image of the staging registry is named here' }
      return { status: 'pass', summary: 'No image in the policy or in a pod of the stack names nvstaging' }
    }
    const where = [...blocks.map((each) => `spec.${each.path}.repository`), ...images]
    return {
      status: failing.length > 0 ? 'fail' : 'warn',
      summary: `${where.join(', ')} names the internal registry nvstaging, expected nvcr.io/nvidia${failing.length > 0 ? `; ${failing.flatMap((each) => each.pods).length} pods cannot pull` : ''}`,
      findings: [
        ...failing.map((each) => ({
          subject: each.image,
          status: 'fail' as const,
          summary: each.words ?? 'cannot be pulled',
          ...nodesShort(each),
        })),
        ...blocks.map((each) => ({
          subject: `spec.${each.path}`,
          status: 'warn' as const,
          summary: `repository ${each.repository}`,
        })),
        ...(failing.length > 0 || blocks.length > 0
          ? []
          : images.map((each) => ({ subject: each, status: 'warn' as const, summary: 'runs from a cached image' }))),
      ],
      fix: [
        {
          text: 'Use the public repository nvcr.io/nvidia/mellanox and the tag of the installed release',
          command:
            blocks.length > 0
              ? sh`kubectl patch nicclusterpolicy ${POLICY_NAME} --type merge -p ${JSON.stringify({ spec: { [blocks[0]?.path ?? '']: { repository: 'nvcr.io/nvidia/mellanox' } } })}`
              : sh`kubectl edit nicclusterpolicy ${POLICY_NAME}`,
          risk: 'restart-pods',
        },
      ],
      reason: 'staging-registry',
      params: { failing: failing.length > 0 },
    }
  },
  examples: [
    { name: 'public registry', facts: { nicClusterPolicies: [aPolicy()] }, status: 'pass' },
    {
      name: 'staging in the policy',
      facts: { nicClusterPolicies: [aPolicy({ components: [STAGED] })] },
      status: 'warn',
    },
    {
      name: 'staging and 401',
      facts: { nicClusterPolicies: [aPolicy({ components: [STAGED] })], pods: [BROKEN] },
      status: 'fail',
    },
    { name: 'events without pulls', facts: { events: [] }, status: 'skip' },
  ],
})
