import { check, lacking } from '@/lib/check'
import { anEvent, aPod, aWaiting } from '@/lib/examples/stack'
import { failedPulls } from '@/lib/image-pulls'
import { pullVerdict } from '@/lib/pull-verdict'

const IMAGE = 'nvcr.io/nvstaging/mellanox/nvidia-k8s-ipam:network-operator-v25.10.0-beta.3'
const DENIED = `Failed to pull image "${IMAGE}": failed to authorize: 401 Unauthorized`

/** A registry refuses an image of the stack, whose name is right. */
export default check({
  id: 'image-pull-denied',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'No registry refuses an image of the stack', fail: 'A registry refuses an image of the stack' },
  why: 'A 401 or 403 means that the registry wants other credentials, or hides a path that is not public. Registries answer 403 for names that do not exist, too: a wrong name is told apart first.',
  refs: ['k8s-formats §10', 'samples/recorded/20'],
  needs: [],
  anyOf: ['pods', 'events'],
  wants: ['pods', 'events'],
  after: [],
  run({ pods, events }) {
    const pulls = failedPulls(pods, events).filter((each) => each.rightName === null)
    const denied = pulls.filter((each) => each.why === 'denied')
    if (denied.length > 0)
      return pullVerdict(denied, {
        what: 'the registry refuses access (401/403), expected public or with credentials',
        reason: 'denied',
        fix: [
          {
            text: denied.some((each) => each.image.includes('/nvstaging/'))
              ? 'Use the public repository nvcr.io/nvidia/mellanox: nvstaging is internal to NVIDIA'
              : 'Give the component imagePullSecrets in its block of the policy, or use a repository that is public',
            command: 'kubectl edit nicclusterpolicy nic-cluster-policy',
            risk: 'config',
            verify: 'the pods leave ImagePullBackOff within five minutes',
          },
        ],
      })
    const open = pulls.filter((each) => each.why === 'undecided')
    if (open.length > 0) return lacking(`${open[0]?.image} cannot be pulled, but neither pod nor events say why`)
    if (pods === undefined)
      return { status: 'skip', summary: 'No event tells of a refused pull; events vanish after an hour' }
    return { status: 'pass', summary: 'No pod of the stack waits for an image that a registry refuses' }
  },
  examples: [
    { name: 'all images there', facts: { pods: [aPod('p')] }, status: 'pass' },
    {
      name: '401 in an event',
      facts: { events: [anEvent('Pod', 'nv-ipam-node-1', 'Failed', DENIED)] },
      status: 'fail',
    },
    {
      name: '403 for a name that does not exist',
      facts: {
        pods: [
          aPod('nv-ipam-node-1', {
            labels: { name: 'nv-ipam-node' },
            containers: [aWaiting('ImagePullBackOff', '403 Forbidden', { image: 'ghcr.io/mellanox/nv-ipam:v0.2.0' })],
          }),
        ],
      },
      status: 'pass',
    },
    {
      name: 'kubelet gives no reason',
      facts: {
        pods: [
          aPod('m', {
            labels: { name: 'multus' },
            containers: [aWaiting('ImagePullBackOff', null, { image: 'ghcr.io/x/multus-cni:v4' })],
          }),
        ],
      },
      status: 'lacking',
    },
    { name: 'no events', facts: { events: [] }, status: 'skip' },
  ],
})
