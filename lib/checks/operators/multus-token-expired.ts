import { check } from '@/lib/check'
import { anEvent } from '@/lib/examples/stack'
import { sh } from '@/lib/shell'

const EXPIRED = /multus.{0,600}(?:error (?:waiting for|getting) pod|pod .{0,120}): Unauthorized/
const MESSAGE =
  'Failed to create pod sandbox: plugin type="multus" name="multus-cni-network" failed (add): Multus: [team/p]: error getting pod: Unauthorized'

/** Multus uses a service account token that has expired: every new pod on the node fails, running ones are fine. */
export default check({
  id: 'multus-token-expired',
  level: 'operators',
  title: { pass: 'Multus may read pods', fail: 'Multus lost its access to the API server' },
  why: 'Thin Multus keeps a bound token in a kubeconfig on the node and, started with --skip-config-watch, never refreshes it. When the token expires no new pod on this node gets a network, and the error looks like missing rights of the workload.',
  refs: ['k8s-formats §9', 'Mellanox/network-operator issue 1363', 'network-operator-docs 26.1 known limitations'],
  needs: ['events'],
  after: [],
  run({ events }, { node }) {
    const hits = events.filter(
      (each) =>
        each.kind === 'Pod' &&
        EXPIRED.test(each.message) &&
        (node === null || each.node === null || each.node === node),
    )
    const sandbox = events.filter(
      (each) => each.kind === 'Pod' && (each.reason === 'FailedCreatePodSandBox' || each.reason === 'AddedInterface'),
    )
    if (hits.length === 0) {
      const here = sandbox.filter((each) => node === null || each.node === node)
      return here.length === 0
        ? { status: 'skip', summary: 'No event tells of Multus on this node; events vanish after an hour' }
        : { status: 'pass', summary: `${here.length} network events of pods, none says Unauthorized` }
    }
    const where = [...new Set(hits.flatMap((each) => each.node ?? []))]
    return {
      status: 'fail',
      summary: `Multus on ${where.join(', ') || 'a node that the event does not name'} is refused by the API server (Unauthorized) for ${new Set(hits.map((each) => each.objectName)).size} pods: its token has expired`,
      findings: hits.slice(0, 20).map((each) => ({
        subject: each.node ?? `${each.objectNamespace}/${each.objectName}`,
        status: 'fail',
        summary: each.message,
      })),
      fix: [
        {
          text: 'Restart the Multus pod of this node (label name=multus); it writes a new token. Upgrade to a release that refreshes it',
          command:
            where.length === 1
              ? sh`kubectl delete pod -A -l name=multus --field-selector ${`spec.nodeName=${where[0]}`}`
              : 'kubectl get pods -A -l name=multus -o wide',
          risk: 'restart-pods',
          minutes: 1,
          verify: 'a new pod on the node gets its networks',
        },
      ],
      reason: 'token-expired',
    }
  },
  examples: [
    {
      name: 'interfaces are added',
      facts: {
        events: [
          anEvent('Pod', 'p', 'AddedInterface', 'Add net1 [192.168.1.2/24] from team/rail0', {
            node: 'dgx030',
            type: 'Normal',
          }),
        ],
      },
      context: { node: 'dgx030' },
      status: 'pass',
    },
    {
      name: 'Unauthorized',
      facts: { events: [anEvent('Pod', 'p', 'FailedCreatePodSandBox', MESSAGE, { node: 'dgx030' })] },
      context: { node: 'dgx030' },
      status: 'fail',
    },
    {
      name: 'on another node',
      facts: { events: [anEvent('Pod', 'p', 'FailedCreatePodSandBox', MESSAGE, { node: 'dgx031' })] },
      context: { node: 'dgx030' },
      status: 'skip',
    },
  ],
})
