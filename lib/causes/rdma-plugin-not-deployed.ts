import { cause } from '@/lib/cause'
import { failed, failing, names, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = ['ignored-component-needed', 'missing-resource', 'unschedulable-for-network'] as const

/** Something asks for `rdma/<name>`, and nothing offers it. Never for SR-IOV VFs: their plug-in mounts the RDMA nodes itself. */
export default cause({
  id: 'rdma-plugin-not-deployed',
  title: 'RDMA shared device plugin is needed and not deployed',
  level: 'operators',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 80,
  why: 'The plug-in is optional: SR-IOV VFs bring their RDMA devices themselves. It is missing only where a workload requests rdma/<name> and no node offers that resource.',
  refs: ['k8s-formats §0.5, §6 RDMA-1, §17', 'peers §8.1'],
  match({ verdicts }) {
    const needed = failing(verdicts, 'ignored-component-needed')
    if (!names(needed, 'components', 'rdma-shared-plugin')) return null
    const [finding] = needed?.findings?.filter((each) => each.subject.startsWith('RDMA')) ?? []
    const about = (id: string) => id === 'ignored-component-needed' || /rdma\//.test(verdicts[id]?.summary ?? '')
    return {
      summary: `Requests for rdma/* stay open because spec.rdmaSharedDevicePlugin is absent from the policy (${finding?.summary ?? 'not deployed'}): add it, or request the SR-IOV resource instead`,
      explains: symptoms(verdicts, EXPLAINS).filter(about),
      fix: [
        {
          text: 'Add spec.rdmaSharedDevicePlugin with a selector such as vendors ["15b3"], or change the workload to the SR-IOV resource of the rail',
          command: 'kubectl edit nicclusterpolicy nic-cluster-policy',
          risk: 'config',
          verify: 'kubectl describe node shows rdma/<name> with rdmaHcaMax handles',
        },
      ],
      params: { component: 'rdma-shared-plugin' },
    }
  },
  examples: [
    {
      name: 'rdma/a requested',
      verdicts: [
        failed('ignored-component-needed', 'operators', 'x', { params: { components: 'rdma-shared-plugin' } }),
      ],
      matches: true,
    },
    { name: 'ignored and not needed', verdicts: [passed('ignored-component-needed', 'operators')], matches: false },
  ],
})
