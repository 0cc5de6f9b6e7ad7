import type { InfinibandFacts } from '@/collectors/node/infiniband/facts'
import { type SriovFacts, vfLabel } from '@/collectors/node/sriov/facts'
import { isVf } from './rails'

/** GUIDs of one InfiniBand VF as hexadecimal digits; null where not shown. */
export interface VfGuid {
  /** PCI address, else device name. */
  label: string
  node: string | null
  port: string | null
  /** PF network device and VF number, for `ip link set`. */
  netdev: string | null
  index: number | null
}

const ZERO = '0'.repeat(16)

/** All zero: never assigned. All f: how ib-kubernetes releases a GUID. */
export function isZeroGuid(guid: string | null): boolean {
  return guid !== null && (/^0+$/.test(guid) || /^f+$/.test(guid))
}

/** Digits of a GUID in any spelling (`0x…`, `aa:bb:…`, `aaaa:bbbb:…`); null for anything else. */
function digits(guid: string | null | undefined): string | null {
  const bare = guid?.toLowerCase().replace(/^0x/, '').replaceAll(':', '') ?? ''
  return /^[0-9a-f]{16}$/.test(bare) ? bare : /^0+$/.test(bare) ? ZERO : null
}

/**
 * InfiniBand VFs with the GUIDs that the PF holds for them and, where the PF shows none, those of their RDMA device.
 * VFs of Ethernet ports are left out: they need none.
 */
export function vfGuids({ sriov, infiniband }: { sriov?: SriovFacts; infiniband?: InfinibandFacts }): VfGuid[] {
  const ofPfs = (sriov?.pfs ?? []).flatMap((pf) =>
    (pf.vfs ?? []).flatMap((vf): VfGuid[] => {
      const shown = vf.guidAssigned !== null
      if (pf.linkLayer === 'Ethernet' || (!shown && pf.linkLayer !== 'InfiniBand')) return []
      const node = vf.guidAssigned === false ? ZERO : digits(vf.nodeGuid)
      const port = vf.portGuid === null && vf.portGuidAssigned === false ? ZERO : digits(vf.portGuid)
      return [{ label: vfLabel(pf, vf), node, port, netdev: pf.netdev, index: vf.index }]
    }),
  )
  const told = new Set(ofPfs.flatMap((vf) => (vf.node === null && vf.port === null ? [] : [vf.label])))
  const ofDevices = (infiniband?.devices ?? []).flatMap((device): VfGuid[] => {
    const port = device.ports[0]
    const vf = isVf(device) === true && port?.linkLayer === 'InfiniBand'
    if (!vf || told.has(device.pci ?? '')) return []
    return [
      {
        label: device.pci ?? device.name,
        node: digits(device.nodeGuid),
        port: digits(port.portGuid),
        netdev: null,
        index: null,
      },
    ]
  })
  const better = new Set(ofDevices.map((vf) => vf.label))
  return [...ofPfs.filter((vf) => !better.has(vf.label)), ...ofDevices]
}
