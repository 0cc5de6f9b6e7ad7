/** What the engine knows from comparing nodes: handed to checks as the fact `fleet` (read kind `fleet`). */
export interface FleetFacts {
  /** Nodes compared, this one included. */
  nodes: number
  /** Fleet majority per attribute (`kernel`, `osImage`, `gpuCount`, `hcaCount`, …); only where at least 3 nodes and more than half agree. */
  majority: Readonly<Record<string, Majority>>
  /** Rails (index by PCI order) with a port down on several nodes: one leaf or cable, not many nodes. */
  railsDown: readonly { rail: number; nodes: readonly string[] }[]
  /** VF port GUIDs seen on more than one function anywhere, with where. */
  duplicateGuids: readonly { guid: string; at: readonly { node: string; pci: string }[] }[]
}

/** The value most nodes have, and how many of how many. */
export interface Majority {
  value: string | number
  count: number
  of: number
}
