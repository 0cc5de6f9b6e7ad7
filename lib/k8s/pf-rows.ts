import type { NodeStateFact, PfSpec, PfState } from '@/collectors/cluster/sriov-node-state/parse'

/** How the firmware's VF count stands to what the policies ask. */
export type FirmwareFit = 'fits' | 'differs' | 'too-small' | 'off' | 'unknown'

/** A PF as the policies want it beside what the config daemon saw. */
export interface PfRow {
  spec: PfSpec
  /** Null: the PF is not in the status. */
  state: PfState | null
  /** `ibp24s0 (0000:18:00.0)`. */
  label: string
  wanted: number
  /** VFs that exist. */
  created: number
  /** Firmware's count in force; null: none reported. */
  total: number | null
  firmware: FirmwareFit
}

const MELLANOX = '15b3'

/** Every PF that a policy selected, with what was seen of it. */
export function pfRows(node: NodeStateFact): readonly PfRow[] {
  return node.specs.map((spec) => {
    const state = node.pfs.find((each) => each.pci === spec.pci) ?? null
    const wanted = spec.numVfs ?? 0
    const total = state?.totalVfs ?? null
    return {
      spec,
      state,
      label: spec.name === null ? spec.pci : `${spec.name} (${spec.pci})`,
      wanted,
      created: state?.numVfs ?? 0,
      total,
      firmware: firmwareFit(node, spec, state),
    }
  })
}

/**
 * The Mellanox plugin wants the firmware value equal to the request, also downward; both ports of a card share it, so the larger request
 * counts. Externally managed PFs and other vendors only need enough (k8s-formats §0.2, §1 SRIOV-2, §3.1).
 */
function firmwareFit(node: NodeStateFact, spec: PfSpec, state: PfState | null): FirmwareFit {
  const wanted = sharedRequest(node, spec)
  if (state === null || wanted === 0) return 'unknown'
  if (state.totalVfs === null) return 'off'
  if (state.totalVfs < wanted) return 'too-small'
  const exact = state.vendor === MELLANOX && !spec.externallyManaged && !state.externallyManaged
  return exact && state.totalVfs !== wanted ? 'differs' : 'fits'
}

function sharedRequest(node: NodeStateFact, spec: PfSpec): number {
  const card = cardOf(spec.pci)
  return Math.max(0, ...node.specs.filter((each) => cardOf(each.pci) === card).map((each) => each.numVfs ?? 0))
}

/** PCI address without its function. */
function cardOf(pci: string): string {
  return pci.replace(/\.[0-7]$/, '')
}
