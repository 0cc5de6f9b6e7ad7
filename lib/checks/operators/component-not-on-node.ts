import { check, type FixStep } from '@/lib/check'
import { aDaemonSet, aNode, aPod, aWaiting } from '@/lib/examples/stack'
import { maybeIntended, type NotOnNode, notOnNode } from '@/lib/on-node'
import { isFabricNode, reports } from '@/lib/placement'
import { sh } from '@/lib/shell'

const MULTUS = aPod('kube-multus-1', { owner: { kind: 'DaemonSet', name: 'multus' } })
const BROKEN = { ...MULTUS, phase: 'Pending', conditions: [], containers: [aWaiting('ImagePullBackOff', 'not found')] }
const WAITING = aNode('dgx030', {
  labels: { 'nvidia.com/gpu.present': 'true', 'network.nvidia.com/operator.mofed.wait': 'true' },
})
const RDMA = aDaemonSet('rdma-shared-plugin', { nodeSelector: { 'network.nvidia.com/operator.mofed.wait': 'false' } })

/** Plug-ins, CNIs and drivers of the stack on one node. */
export default check({
  id: 'component-not-on-node',
  level: 'operators',
  title: {
    pass: 'All components of the stack run on this node',
    fail: 'A component of the stack does not run on this node',
  },
  why: 'A DaemonSet that counts ready elsewhere helps no pod here: without the device plug-in the node offers no VFs, without Multus or IPAM pods get no network. The missing label or the waiting reason says which layer to look at.',
  refs: ['k8s-formats §4 NCP-3, §14', 'samples/recorded/13, 14, 20'],
  needs: ['daemonSets', 'pods', 'nodes'],
  wants: ['clock'],
  after: [],
  run({ daemonSets, pods, nodes, clock }) {
    const fabric = nodes.filter(isFabricNode)
    if (fabric.length === 0) return { status: 'skip', summary: 'No node with GPUs or NVIDIA NICs is concerned' }
    const judged = fabric.filter(reports)
    if (judged.length === 0)
      return { status: 'skip', summary: 'The node does not report (not Ready): what its pods say is stale' }
    const sets = daemonSets.filter((each) => each.component !== null)
    if (sets.length === 0) return { status: 'skip', summary: 'No DaemonSet of the stack exists' }
    const missing = judged.flatMap((node) => notOnNode(node, sets, pods, clock?.now))
    const evidence = [
      {
        kind: 'table' as const,
        title: 'DaemonSets of the stack',
        columns: ['DaemonSet', 'Desired', 'Ready', 'Here'],
        rows: sets.map((set) => {
          const found = missing.find((each) => each.workload === `${set.namespace}/${set.name}`)
          return { cells: [set.name, set.desired, set.ready, found?.words ?? 'ok'], deviates: found !== undefined }
        }),
      },
    ]
    if (missing.length === 0)
      return { status: 'pass', summary: `${sets.length} DaemonSets of the stack are complete here`, evidence }
    const failed = missing.filter((each) => !maybeIntended(each))
    return {
      status: failed.length > 0 ? 'fail' : 'warn',
      summary: missing
        .map((each) => `${each.title} (${each.workload.split('/')[1]}) on ${each.node}: ${each.words}`)
        .join('; '),
      findings: missing.map((each) => ({
        subject: each.workload,
        status: maybeIntended(each) ? 'warn' : 'fail',
        summary: each.words,
      })),
      evidence,
      fix: missing.slice(0, 3).map(step),
      reason: (failed[0] ?? missing[0])?.reason ?? 'missing',
      params: { components: missing.map((each) => each.component).join(',') },
    }
  },
  examples: [
    {
      name: 'Multus runs',
      facts: { daemonSets: [aDaemonSet('multus')], pods: [MULTUS], nodes: [aNode()] },
      status: 'pass',
    },
    {
      name: 'Multus image missing',
      facts: { daemonSets: [aDaemonSet('multus')], pods: [BROKEN], nodes: [aNode()] },
      status: 'fail',
    },
    { name: 'waits for the driver', facts: { daemonSets: [RDMA], pods: [], nodes: [WAITING] }, status: 'fail' },
    {
      name: 'node does not report',
      facts: { daemonSets: [RDMA], pods: [], nodes: [aNode('dgx030', { ready: 'Unknown' })] },
      status: 'skip',
    },
    { name: 'no DaemonSets', facts: { daemonSets: [], pods: [], nodes: [aNode()] }, status: 'skip' },
  ],
})

const LABEL_STEPS: Readonly<Record<string, string>> = {
  'driver-wait': 'The OFED driver is not ready on this node: look at its pod first',
  'nic-label':
    'Node feature discovery has not labelled the NIC: look at its worker pod and at the NodeFeatureRule of the chart',
  'no-nic':
    'Node feature discovery works here and saw no NVIDIA NIC: check lspci, and the NodeFeatureRule nvidia-nics-rules',
  'no-policy': 'No SriovNetworkNodePolicy selects this node: check their nodeSelector, or leave it so on purpose',
}

function step(missing: NotOnNode): FixStep {
  const [namespace = '', name = ''] = missing.workload.split('/')
  const words = LABEL_STEPS[missing.reason]
  if (words !== undefined)
    return { text: words, command: sh`kubectl get node ${missing.node} --show-labels`, risk: 'none' }
  return {
    text: missing.pod === null ? `See why ${name} makes no pod here` : `See why ${missing.pod} is not ready`,
    command:
      missing.pod === null
        ? sh`kubectl -n ${namespace} describe daemonset ${name}`
        : sh`kubectl -n ${namespace} describe pod ${missing.pod}`,
    risk: 'none',
    verify: sh`kubectl -n ${namespace} rollout status daemonset ${name}`,
  }
}
