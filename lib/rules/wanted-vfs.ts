import type { CustomResourceDefinitionFact } from '@/collectors/cluster/custom-resource-definitions/collector'
import type { NodeStateFact, PfSpec, PfState } from '@/collectors/cluster/sriov-node-state/parse'
import type { SriovFacts } from '@/collectors/node/sriov/facts'

/** What the SR-IOV operator wants of one PF and last saw of it. */
export interface WantedVfs {
  spec: PfSpec
  /** Null: the operator has not reported this PF. */
  state: PfState | null
}

export interface OperatorView {
  nodeStates?: readonly NodeStateFact[]
  customResourceDefinitions?: readonly CustomResourceDefinitionFact[]
}

/**
 * What policies ask of a PF: a spec; `none` when the operator wants nothing of it (or is not installed); `unknown` when its
 * objects could not be read, or when several nodes' objects are there and nothing says which is this one.
 */
export function wantedVfs(
  pci: string | null,
  { nodeStates, customResourceDefinitions }: OperatorView,
): WantedVfs | 'none' | 'unknown' {
  if (nodeStates === undefined) {
    const installed = customResourceDefinitions?.some(
      (definition) => definition.name === 'sriovnetworknodestates.sriovnetwork.openshift.io',
    )
    return installed === false ? 'none' : 'unknown'
  }
  if (nodeStates.length > 1 || pci === null) return 'unknown'
  const state = nodeStates[0]
  const spec = state?.specs.find((each) => each.pci === pci)
  if (!spec || (spec.numVfs ?? 0) === 0) return 'none'
  return { spec, state: state?.pfs.find((each) => each.pci === pci) ?? null }
}

/** VFs the firmware must offer: the larger count of a card's ports, which share one firmware value (k8s-formats §2). */
export function wantedOfCard(pci: string, view: OperatorView): number | null {
  const card = pci.slice(0, pci.lastIndexOf('.'))
  const specs = view.nodeStates?.length === 1 ? (view.nodeStates[0]?.specs ?? []) : []
  const counts = specs.flatMap((spec) => (spec.pci.startsWith(`${card}.`) ? (spec.numVfs ?? []) : []))
  return counts.length === 0 ? null : Math.max(...counts)
}

/**
 * SR-IOV state as the operator's daemon saw it, for nodes that were not read themselves. Its GUIDs are byte-reversed, so only
 * "zero" is taken from them; its VF list is what it is, so links and count agree by construction where no list is given.
 */
export function sriovOfState(state: NodeStateFact | undefined): SriovFacts | null {
  if (!state?.inventory) return null
  return {
    pfs: state.pfs
      .filter((pf) => pf.vendor === null || pf.vendor === '15b3')
      .map((pf) => ({
        pci: pf.pci,
        netdev: pf.name,
        totalVfs: pf.totalVfs,
        numVfs: pf.numVfs,
        autoprobe: null,
        driver: pf.driver,
        deviceId: pf.deviceId,
        linkLayer: pf.linkType === 'IB' ? 'InfiniBand' : pf.linkType === 'ETH' ? 'Ethernet' : null,
        // Absent totalvfs is how the operator prints "no capability".
        capable: pf.totalVfs !== null,
        vfs: pf.vfs.flatMap((vf) =>
          vf.index === null
            ? []
            : [
                {
                  index: vf.index,
                  pci: vf.pci,
                  driver: vf.driver,
                  nodeGuid: null,
                  portGuid: vf.zeroGuid === false ? vf.portGuid : null,
                  guidAssigned: vf.zeroGuid === null ? null : !vf.zeroGuid,
                  policy: null,
                },
              ],
        ),
      })),
  }
}
