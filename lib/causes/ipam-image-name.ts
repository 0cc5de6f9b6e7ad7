import { cause } from '@/lib/cause'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'wrong-image-name',
  'nic-cluster-policy-not-ready',
  'component-not-on-node',
  'deployment-not-available',
  'missing-ip-pool',
  'no-block-for-node',
  'sandbox-failed',
  'interface-without-ip',
] as const
const RIGHT = 'nvidia-k8s-ipam'
const WRONG = failed('wrong-image-name', 'operators', 'spec.nvIpam.image is nv-ipam', {
  params: { image: 'nv-ipam', right: RIGHT, field: 'spec.nvIpam.image' },
})

/** The nv-ipam image under a name that never existed. */
export default cause({
  id: 'ipam-image-name',
  title: 'NV-IPAM image name is wrong',
  level: 'operators',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 95,
  why: 'The nv-ipam image has been called nvidia-k8s-ipam in every release since 23.7. Under another name neither controller nor node daemon starts: no pool gets blocks, and no pod gets an address on a rail.',
  refs: ['k8s-formats §0.7, §15, §17', 'samples/recorded/11, samples/k8s/cluster/02'],
  match({ verdicts }) {
    const wrong = failing(verdicts, 'wrong-image-name')
    if (wrong?.params?.right !== RIGHT) return null
    const policy = verdicts['nic-cluster-policy-not-ready']
    const other = policy?.params?.components !== undefined && policy.params.components !== 'state-nv-ipam-cni'
    const node = verdicts['component-not-on-node']
    const elsewhere =
      node?.params?.components !== undefined &&
      String(node.params.components)
        .split(',')
        .some((each) => each !== 'nv-ipam-node')
    const controllers = verdicts['deployment-not-available']?.params?.deployments
    const foreign = controllers !== undefined && controllers !== 'nv-ipam-controller'
    return {
      summary: `NV-IPAM does not start because its image is ${wrong.params.image}, the image is named ${RIGHT} in every release: set ${wrong.params.field} to ${RIGHT}`,
      explains: symptoms(verdicts, EXPLAINS).filter(
        (id) =>
          !(id === 'nic-cluster-policy-not-ready' && other) &&
          !(id === 'component-not-on-node' && elsewhere) &&
          !(id === 'deployment-not-available' && foreign) &&
          (id !== 'sandbox-failed' || /ipam/i.test(verdicts[id]?.summary ?? '')),
      ),
      fix: wrong.fix ?? [],
      params: { image: String(wrong.params.image) },
    }
  },
  examples: [
    {
      name: 'nv-ipam',
      verdicts: [
        { ...WRONG, fix: [{ text: 'set the name', risk: 'config' }] },
        failed('deployment-not-available', 'operators', '0 of 2', { params: { deployments: 'nv-ipam-controller' } }),
      ],
      matches: true,
    },
    {
      name: 'another image',
      verdicts: [failed('wrong-image-name', 'operators', 'x', { params: { image: 'multus', right: 'multus-cni' } })],
      matches: false,
    },
    { name: 'names are right', verdicts: [passed('wrong-image-name', 'operators')], matches: false },
  ],
})
