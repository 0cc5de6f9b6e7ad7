import type { NodeFact, NodeResource } from '@/collectors/cluster/node/collector'

const NOT_FABRIC =
  /^(?:nvidia\.com\/(?:gpu|mig-|pgpu|GP|GH|GB|NVS)|(?:[\w.-]+\.)?(?:amd|gpu\.intel)\.com\/|devices\.kubevirt\.io\/|smarter-devices\/)/
const FABRIC_PREFIX = /^(?:nvidia\.com|openshift\.io|mellanox\.com|intel\.com|rdma)\//

/**
 * True for resources of NICs and VFs: the prefixes of the SR-IOV and RDMA device plugins, never GPUs or MIG slices.
 * @param known resource names (with or without prefix) that policies or attachment definitions use: sites choose their own prefix
 */
export function isFabric(name: string, known: ReadonlySet<string> = new Set()): boolean {
  if (name.startsWith('hugepages-') || !name.includes('/') || NOT_FABRIC.test(name)) return false
  return FABRIC_PREFIX.test(name) || known.has(name) || known.has(bare(name))
}

/** Resource name without its prefix: policies name `resibp24s0`, nodes offer `nvidia.com/resibp24s0`. */
export function bare(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}

/** The node's fabric resources. */
export function fabricOf(node: NodeFact, known?: ReadonlySet<string>): readonly NodeResource[] {
  return node.resources.filter((each) => isFabric(each.name, known))
}

/** The node's GPUs and MIG slices, as the GPU operator's device plugin counts them. */
export function gpusOf(node: NodeFact): readonly NodeResource[] {
  return node.resources.filter((each) => /^nvidia\.com\/(?:gpu|mig-)/.test(each.name))
}

/** True while the kubelet answers; false makes everything the node says its last word. Null without a Ready condition. */
export function answers(node: NodeFact): boolean | null {
  return node.ready === null ? null : node.ready !== 'Unknown'
}

/** Why a node is not Ready, in words. */
export function notReadyWords(node: NodeFact): string {
  const ready = node.conditions.find((each) => each.type === 'Ready')
  const why = ready?.message ?? ready?.reason
  return `Ready is ${node.ready ?? 'not reported'}${why ? ` (${why})` : ''}${ready?.transitionAt ? ` since ${ready.transitionAt}` : ''}`
}

/** True for a node with NVIDIA NICs, GPUs or fabric resources: one that pods of the fabric can land on. */
export function isFabricNode(node: NodeFact): boolean {
  const labelled =
    node.labels['nvidia.com/gpu.present'] === 'true' ||
    node.labels['sriovnetwork.openshift.io/device-plugin'] === 'Enabled'
  return labelled || fabricOf(node).some((each) => (each.capacity ?? 0) > 0)
}
