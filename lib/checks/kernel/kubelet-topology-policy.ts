import type { KubeletFacts } from '@/collectors/node/kubelet/facts'
import { check, lacking } from '@/lib/check'

const CONFIG: KubeletFacts = {
  cpuManagerPolicy: 'static',
  topologyManagerPolicy: 'best-effort',
  topologyManagerScope: 'container',
  reservedSystemCpus: '0-3',
  explicit: true,
}

/** Whether kubelet keeps GPU, VF and CPUs of a pod on one NUMA node. */
export default check({
  id: 'kubelet-topology-policy',
  level: 'kernel',
  title: { pass: 'Kubelet aligns devices by NUMA node', fail: 'Kubelet’s topology policy does not fit GPU pods' },
  why: 'Without a topology policy a pod may get a GPU of one socket and a VF of the other. single-numa-node is too strict for pods that take the whole node: they span sockets and are refused with TopologyAffinityError.',
  refs: [
    'research/k8s-formats.md §13 (none informs, best-effort passes, single-numa-node with whole-node pods warns)',
    'seed 003',
    'kubernetes documentation: topology manager',
  ],
  needs: ['kubeletConfig'],
  after: [],
  run({ kubeletConfig: { topologyManagerPolicy: policy, cpuManagerPolicy: cpu, topologyManagerScope: scope } }) {
    if (policy === null) return lacking('topologyManagerPolicy is not in this excerpt')
    const words = `topologyManagerPolicy is ${policy}${scope ? ` (scope ${scope})` : ''}, cpuManagerPolicy ${cpu ?? 'not shown'}`
    if (policy === 'single-numa-node')
      return {
        status: 'warn',
        summary: `${words}: pods that take all GPUs of a node span NUMA nodes and will be refused; pods of one NUMA node are placed well`,
        fix: [
          {
            text: 'For whole-node pods: set topologyManagerPolicy to best-effort or restricted, remove /var/lib/kubelet/cpu_manager_state where cpuManagerPolicy changes, restart kubelet',
            risk: 'drain',
            minutes: 10,
            verify: 'no pod fails with TopologyAffinityError',
          },
        ],
        reason: 'single-numa-node',
        params: { policy },
      }
    if (policy === 'none' && cpu === 'static')
      return {
        status: 'warn',
        summary: `${words}: CPUs are pinned without regard to where GPU and VF are`,
        fix: [{ text: 'Set topologyManagerPolicy to best-effort and restart kubelet', risk: 'drain', minutes: 10 }],
        reason: 'no-topology-policy',
        params: { policy },
      }
    return { status: 'pass', summary: policy === 'none' ? `${words}: whole-node pods need no alignment` : words }
  },
  examples: [
    { name: 'best effort', facts: { kubeletConfig: CONFIG }, status: 'pass' },
    {
      name: 'too strict',
      facts: { kubeletConfig: { ...CONFIG, topologyManagerPolicy: 'single-numa-node' } },
      status: 'warn',
    },
    { name: 'excerpt', facts: { kubeletConfig: { ...CONFIG, topologyManagerPolicy: null } }, status: 'lacking' },
  ],
})
