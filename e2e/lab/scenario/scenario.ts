import type { KubeObject } from '@/lib/collector'
import type { NodeSpec } from '../nodes/spec'

/** A simulated cluster at one moment: what the API holds, what the machines say. */
export interface World {
  objects: readonly KubeObject[]
  nodes: readonly NodeSpec[]
  /** Component logs by `namespace/pod/container`. */
  logs: Readonly<Record<string, readonly string[]>>
  /** Trees that many machines share. */
  templates?: readonly { id: string; spec: NodeSpec }[]
  /** Machines that answer from a shared tree, with their own identity. */
  replicas?: readonly Replica[]
}

/** A machine of a big fleet: what it says is what its template says, but for the words that are its own. */
export interface Replica {
  name: string
  address: string
  template: string
  /** The machine is switched off. */
  off: boolean
  /** Texts of the template and of this machine, equally many and pairwise equally long. */
  words: { template: readonly string[]; own: readonly string[] }
}

/** One step of a scenario: what is broken, and the words for repairing it. */
export interface Stage {
  id: string
  title: string
  /** What the repair of this stage does, as one would tell a colleague; null: nothing is broken. */
  repair: string | null
  world(): World
}

export interface Scenario {
  id: string
  title: string
  stages: readonly Stage[]
}
