import { check, lacking } from '@/lib/check'
import { aPod, aWaiting } from '@/lib/examples/stack'
import { failedPulls } from '@/lib/image-pulls'
import { pullVerdict } from '@/lib/pull-verdict'

const TIMEOUT = 'failed to do request: Head "https://nvcr.io/v2/": dial tcp: lookup nvcr.io: no such host'

/** No way from the node to the registry of an image of the stack. */
export default check({
  id: 'image-pull-unreachable',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'Registries of the stack are reachable', fail: 'A registry of the stack cannot be reached' },
  why: 'In an air-gapped cluster, or behind a proxy that containerd does not know, the pull times out. Nothing is wrong with the image: it must be mirrored or the path opened.',
  refs: ['k8s-formats §10'],
  needs: [],
  anyOf: ['pods', 'events'],
  wants: ['pods', 'events'],
  after: [],
  run({ pods, events }) {
    const pulls = failedPulls(pods, events)
    const cut = pulls.filter((each) => each.why === 'unreachable')
    if (cut.length > 0)
      return pullVerdict(cut, {
        what: 'the registry cannot be reached from the node',
        reason: 'unreachable',
        fix: [
          {
            text: 'Try the registry from the node: DNS, route, proxy of containerd',
            command: 'crictl pull IMAGE',
            risk: 'none',
          },
          {
            text: 'Or mirror the images and name the mirror as `repository` in the policy',
            command: 'kubectl edit nicclusterpolicy nic-cluster-policy',
            risk: 'config',
          },
        ],
      })
    const open = pulls.filter((each) => each.why === 'undecided' && each.rightName === null)
    if (open.length > 0) return lacking(`${open[0]?.image} cannot be pulled, but neither pod nor events say why`)
    if (pods === undefined)
      return { status: 'skip', summary: 'No event tells of an unreachable registry; events vanish after an hour' }
    return { status: 'pass', summary: 'No pod of the stack waits for a registry that does not answer' }
  },
  examples: [
    { name: 'all images there', facts: { pods: [aPod('p')] }, status: 'pass' },
    {
      name: 'no DNS',
      facts: {
        pods: [
          aPod('m', {
            labels: { name: 'multus' },
            containers: [aWaiting('ErrImagePull', TIMEOUT, { image: 'nvcr.io/nvidia/mellanox/multus-cni:v4' })],
          }),
        ],
      },
      status: 'fail',
    },
    { name: 'no events', facts: { events: [] }, status: 'skip' },
  ],
})
