import type { Reach } from '@/collectors/transport/types'
import type { ReachFacts } from '@/lib/reach'
import type { Evidence } from '@/lib/read'

/** What is kept in memory of a read; its text is in the store only (2,000 nodes would be gigabytes). */
export type ReadMark = Pick<Evidence, 'status' | 'reason' | 'cut' | 'startedAt' | 'bootId'>

/** What the observer knows of one node besides its facts. */
export interface NodeWatch {
  /** Latest reach; null: not tried yet. */
  reach: Reach | null
  address: string | null
  user: string | null
  /** Why SSH is not used here. */
  off: string | null
  failures: number
  discarded: ReachFacts['discarded']
  clockSkewSec: number | null
  reads: Map<string, ReadMark>
  /** True once the node has answered since the start, or can't. */
  read: boolean
  /** Boot the node was last read in. */
  bootId: string | null
  /** Boot and machine the Node object names. */
  kubeBootId: string | null
  machineId: string | null
  /** Results of this node are taken one after the other. */
  work: Promise<void>
}

/** A node nothing is known of yet. */
export function newWatch(): NodeWatch {
  return {
    reach: null,
    address: null,
    user: null,
    off: null,
    failures: 0,
    discarded: null,
    clockSkewSec: null,
    reads: new Map(),
    read: false,
    bootId: null,
    kubeBootId: null,
    machineId: null,
    work: Promise.resolve(),
  }
}

/** What is kept of a read. */
export function markOf({ status, reason, cut, startedAt, bootId }: Evidence): ReadMark {
  return {
    status,
    cut,
    startedAt,
    ...(reason === undefined ? {} : { reason }),
    ...(bootId === undefined ? {} : { bootId }),
  }
}

/** Watches by node, made on first use. */
export class Watches {
  private readonly byNode = new Map<string, NodeWatch>()

  of(node: string): NodeWatch {
    const watch = this.byNode.get(node) ?? newWatch()
    this.byNode.set(node, watch)
    return watch
  }

  get(node: string): NodeWatch | undefined {
    return this.byNode.get(node)
  }

  forget(node: string): void {
    this.byNode.delete(node)
  }

  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.byNode.keys()) if (!names.has(name)) this.byNode.delete(name)
  }
}
