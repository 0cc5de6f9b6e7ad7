import nodes from '@/collectors/cluster/node/collector'
import type { KubeObject } from '@/lib/collector'
import { isFabricNode } from '@/lib/engine/fabric-node'

/** Which nodes of a capture are judged: those with GPUs or NVIDIA NICs. Names without a Node object are judged too. */
export function fabricNodes(objects: readonly KubeObject[]): (name: string) => boolean {
  const withState = new Set(
    objects.flatMap((object) => (object.kind === 'SriovNetworkNodeState' ? [object.metadata.name] : [])),
  )
  const known = new Map(
    objects.flatMap((object) => {
      const record = object.kind === 'Node' ? nodes.project(object) : null
      return record ? [[record.name, record] as const] : []
    }),
  )
  return (name) => {
    const record = known.get(name)
    return record === undefined ? known.size === 0 || withState.has(name) : isFabricNode(record, withState)
  }
}
