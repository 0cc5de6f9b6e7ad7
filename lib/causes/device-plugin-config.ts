import { cause } from '@/lib/cause'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const RDMA = ['rdma-plugin-config', 'nic-cluster-policy-not-ready', 'component-not-on-node'] as const
const SRIOV = ['sriov-plugin-config', 'missing-resource'] as const

/** A device plug-in does not serve a resource because of its configuration. */
export default cause({
  id: 'device-plugin-config',
  title: 'A device plugin is configured wrongly',
  level: 'operators',
  scope: 'node',
  explains: [...RDMA, ...SRIOV, 'zero-allocatable'],
  specificity: 82,
  why: 'Plug-ins take any configuration: one with empty selectors exits on every node, one that matches nothing serves nothing without a word. The pods and resources that are missing are consequences.',
  refs: ['k8s-formats §6, §7', 'samples/recorded/09, samples/k8s/rdmadp, sriovdp'],
  match({ verdicts }) {
    const rdma = failing(verdicts, 'rdma-plugin-config')
    const sriov = failing(verdicts, 'sriov-plugin-config')
    const source = rdma ?? sriov
    if (source === null) return null
    const policy = verdicts['nic-cluster-policy-not-ready']
    const other = policy?.params?.components !== undefined && policy.params.components !== 'state-RDMA-device-plugin'
    const node = verdicts['component-not-on-node']
    const elsewhere = node?.params?.components !== undefined && node.params.components !== 'rdma-shared-plugin'
    const about = (id: string) =>
      id !== 'zero-allocatable' || (rdma !== null && /rdma\//.test(verdicts[id]?.summary ?? ''))
    const ids = [...(rdma ? [...RDMA, 'zero-allocatable'] : []), ...(sriov ? SRIOV : [])]
    return {
      summary: `${rdma ? 'The RDMA shared device plugin does not serve' : 'A VF resource is missing'} because of its configuration (${source.summary}): correct ${rdma ? 'spec.rdmaSharedDevicePlugin.config' : 'the SriovNetworkNodePolicy behind the pool'}`,
      explains: symptoms(verdicts, ids).filter(
        (id) =>
          !(id === 'nic-cluster-policy-not-ready' && other) &&
          !(id === 'component-not-on-node' && elsewhere) &&
          about(id),
      ),
      fix: source.fix ?? [],
      params: { plugin: rdma ? 'rdma' : 'sriov', reason: source.reason ?? 'config' },
    }
  },
  examples: [
    {
      name: 'empty selectors',
      verdicts: [
        failed('rdma-plugin-config', 'operators', 'neither selectors nor devices', {
          reason: 'empty-selectors',
          fix: [{ text: 'fill', risk: 'config' }],
        }),
      ],
      matches: true,
    },
    {
      name: 'pool without devices',
      verdicts: [
        failed('sriov-plugin-config', 'operators', 'resibp64s0 has 0 devices', {
          fix: [{ text: 'correct', risk: 'config' }],
        }),
      ],
      matches: true,
    },
    { name: 'fine', verdicts: [passed('rdma-plugin-config', 'operators')], matches: false },
  ],
})
