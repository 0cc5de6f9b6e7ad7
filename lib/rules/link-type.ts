import { cellNumber, type MstconfigDevice, param } from '@/collectors/node/mstconfig/facts'
import type { Profile } from '@/lib/profile'
import { type OperatorView, wantedVfs } from './wanted-vfs'

const NAMES: Readonly<Record<number, string>> = { 1: 'IB', 2: 'ETH' }
/** LINK_TYPE of the port that a function is: function 0 is port 1. */
export const portOf = (pci: string | null) => (pci?.endsWith('.1') ? 'LINK_TYPE_P2' : 'LINK_TYPE_P1')
/** IB or ETH as configured now; undefined when not known. */
export const typeOf = (device: MstconfigDevice, row = portOf(device.pci)) =>
  NAMES[cellNumber(param(device, row)?.current) ?? 0]

/** An adapter with the link type wanted of it. */
export interface WantedType {
  device: MstconfigDevice
  want: 'IB' | 'ETH' | null
  /** Whether a policy wants anything of it is not known. */
  unknown: boolean
  /** Who wants it, for sentences. */
  by: string
}

/**
 * What is wanted of each adapter: by its policy, else by the profile where fewer adapters than rails speak the fabric's
 * protocol (BlueField excepted: storage and management ports are Ethernet by design).
 */
export function wantedTypes(
  devices: readonly MstconfigDevice[],
  view: OperatorView,
  profile: Profile | null,
): { judged: WantedType[]; fabric: 'IB' | 'ETH' | null } {
  const wanted = devices.map((device): WantedType => {
    const policy = wantedVfs(device.pci, view)
    const asked = typeof policy === 'object' ? policy.spec.linkType : null
    return {
      device,
      want: asked === 'IB' || asked === 'ETH' ? asked : null,
      unknown: policy === 'unknown',
      by: 'the SR-IOV policy',
    }
  })
  const fabric = profile?.linkLayer ? (profile.linkLayer.value === 'InfiniBand' ? 'IB' : 'ETH') : null
  const adapters = wanted.filter(({ device }) => !/^BlueField/i.test(device.type ?? ''))
  const right = adapters.filter(({ device }) => typeOf(device) === fabric).length
  const short = fabric !== null && profile?.rails !== undefined && right < profile.rails.value
  const judged = wanted.map(
    (each): WantedType =>
      each.want === null && short && adapters.includes(each)
        ? {
            ...each,
            want: fabric,
            by: `profile ${profile?.id} (${right} of ${profile?.rails?.value} rails are ${fabric})`,
          }
        : each,
  )
  return { judged, fabric }
}
