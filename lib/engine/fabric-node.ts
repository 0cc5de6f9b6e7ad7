import type { NodeFact } from '@/collectors/cluster/node/collector'

/** Labels that say "this node has a GPU or an NVIDIA NIC" (k8s-formats §5). */
const FABRIC_LABELS = [
  'nvidia.com/gpu.present',
  'feature.node.kubernetes.io/pci-15b3.present',
  'feature.node.kubernetes.io/pci-10de.present',
]
const FABRIC_RESOURCE = /^(?:nvidia\.com|rdma|openshift\.io|mellanox\.com)\//

const NO_STATES: ReadonlySet<string> = new Set()

/**
 * True for nodes Cairn judges and the stack should run on: GPU or fabric resources, NIC or GPU labels, or an SR-IOV node state.
 * Control-plane and plain CPU nodes are left out: a pyramid of RDMA levels says nothing of them.
 * @param withNodeState names of nodes that have a SriovNetworkNodeState
 */
export function isFabricNode(node: NodeFact, withNodeState: ReadonlySet<string> = NO_STATES): boolean {
  return (
    withNodeState.has(node.name) ||
    FABRIC_LABELS.some((label) => node.labels[label] === 'true') ||
    node.resources.some((resource) => FABRIC_RESOURCE.test(resource.name))
  )
}
