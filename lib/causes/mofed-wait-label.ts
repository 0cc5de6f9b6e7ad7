import { cause } from '@/lib/cause'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'ofed-driver-pod',
  'nic-cluster-policy-not-ready',
  'component-not-on-node',
  'config-daemon-absent',
  'missing-resource',
  'daemonset-short-of-nodes',
] as const

/** The OFED driver is not ready, and what waits for its label is held back. */
export default cause({
  id: 'mofed-wait-label',
  title: 'OFED driver is not ready and holds back the plug-ins',
  level: 'operators',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 75,
  why: 'Plug-ins and the config daemon run only on nodes whose label operator.mofed.wait is false. The operator sets it when the driver container is ready: until then plug-ins are missing there, and that is a consequence.',
  refs: ['k8s-formats §4, §5', 'samples/recorded/13, samples/k8s/nicclusterpolicy/02'],
  match({ verdicts }) {
    if (
      ['image-pull-denied', 'image-pull-unreachable', 'wrong-image-name'].some((id) => failing(verdicts, id) !== null)
    )
      return null
    const driver = failing(verdicts, 'ofed-driver-pod')
    const policy = failing(verdicts, 'nic-cluster-policy-not-ready')
    const here = failing(verdicts, 'component-not-on-node')
    const stated = String(policy?.params?.components ?? '')
      .split(',')
      .includes('state-OFED')
    const held = here?.reason === 'driver-wait' || /operator\.mofed\.wait is true/.test(here?.summary ?? '')
    if (driver === null && !stated && !held) return null
    if (policy?.reason === 'component-error') return null
    const words = driver?.summary ?? (held ? here?.summary : policy?.summary) ?? 'state-OFED is not ready'
    return {
      summary: `Plug-ins that wait for label operator.mofed.wait=false are missing because the OFED driver is not ready (${words}): look at the driver pod first`,
      explains: symptoms(verdicts, EXPLAINS).filter(
        (id) => id !== 'daemonset-short-of-nodes' || !/taint|service account/.test(verdicts[id]?.summary ?? ''),
      ),
      fix: [
        {
          text: 'Read the log of the driver pod of this node: it compiles or loads the modules',
          command: 'kubectl get pods -A -l nvidia.com/ofed-driver -o wide',
          risk: 'none',
          verify: 'kubectl get nodes -L network.nvidia.com/operator.mofed.wait shows false',
        },
      ],
      params: {},
    }
  },
  examples: [
    {
      name: 'driver probe fails',
      verdicts: [failed('ofed-driver-pod', 'operators', 'driver pod is not ready', { reason: 'pod-not-ready' })],
      matches: true,
    },
    {
      name: 'policy says state-OFED',
      verdicts: [
        failed('nic-cluster-policy-not-ready', 'operators', 'x', {
          reason: 'component-not-ready',
          params: { components: 'state-OFED' },
        }),
      ],
      matches: true,
    },
    {
      name: 'image refused',
      verdicts: [failed('ofed-driver-pod', 'operators', 'x'), failed('image-pull-denied', 'operators', '401')],
      matches: false,
    },
    { name: 'all fine', verdicts: [passed('ofed-driver-pod', 'operators')], matches: false },
  ],
})
