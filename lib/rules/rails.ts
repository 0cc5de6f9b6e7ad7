import type { InfinibandDevice, InfinibandFacts, InfinibandPort } from '@/collectors/node/infiniband/facts'
import type { Profile } from '@/lib/profile'

/** Logical state of a port in one vocabulary, whichever tool printed it (`4: ACTIVE`, `Active`, `PORT_ACTIVE`). */
export function portState(port: InfinibandPort): 'down' | 'init' | 'armed' | 'active' | null {
  const word = port.state?.toUpperCase().replace(/^PORT_/, '')
  if (word === 'DOWN') return 'down'
  if (word === 'INIT' || word === 'INITIALIZING' || word === 'INITIALIZE') return 'init'
  if (word === 'ARMED') return 'armed'
  return word === 'ACTIVE' || word === 'ACTIVE_DEFER' ? 'active' : null
}

/** Physical state in one vocabulary (`LinkUp`, `LINK_UP`, `Polling`, …). */
export function physicalState(
  port: InfinibandPort,
): 'up' | 'polling' | 'disabled' | 'sleep' | 'training' | 'recovery' | null {
  const word = port.physicalState?.toUpperCase().replace(/[^A-Z]/g, '')
  if (word === undefined) return null
  if (word === 'LINKUP') return 'up'
  if (word.startsWith('POLLING')) return 'polling'
  if (word.startsWith('DISABLED')) return 'disabled'
  if (word.startsWith('SLEEP')) return 'sleep'
  if (word.includes('TRAINING')) return 'training'
  return word.startsWith('LINKERRORRECOVER') ? 'recovery' : null
}

/** VF types: MT and the decimal of PCI ids 1014, 1016, 1018, 101a, 101c, 101e (pci.ids; host-formats §5). */
const VF_TYPES = new Set(['MT4116', 'MT4118', 'MT4120', 'MT4122', 'MT4124', 'MT4126'])
/** BlueField, BlueField-2, BlueField-3 and their controllers. */
const BLUEFIELD_TYPES = new Set(['MT41682', 'MT41686', 'MT41689', 'MT41692', 'MT41695'])

/** True for a virtual function, by its link to a PF or by its type; null when neither is known. */
export function isVf(device: InfinibandDevice): boolean | null {
  if (device.vf !== null && device.vf !== undefined) return device.vf
  return device.type ? VF_TYPES.has(device.type) : null
}

/** True for SoftRoCE and siw: software over an Ethernet device. */
export function isSoftware(device: InfinibandDevice): boolean {
  return device.software === true || (!device.pci && /^(?:rxe|siw)\d*(?:_|$)/.test(device.name))
}

export function isBond(device: InfinibandDevice): boolean {
  return /_bond_/.test(device.name)
}

/** A port that carries collective traffic. */
export interface Rail {
  device: InfinibandDevice
  port: InfinibandPort
  /** `mlx5_0/1`. */
  label: string
}

export interface Rails {
  rails: readonly Rail[]
  /** Link layer that makes a port a rail here. */
  linkLayer: 'InfiniBand' | 'Ethernet'
  /** True when a profile says how many rails of which link layer there are. */
  declared: boolean
  /** "of 8 InfiniBand ports of PFs (no profile: Ethernet ports, VFs and bonds are not judged)". */
  scope: string
}

/**
 * Which ports are rails: ports of PFs, never of VFs, bonds or software devices, with the fabric's link layer. Without a
 * profile only InfiniBand ports count, because a Down Ethernet port beside them may be management; BlueField ports then
 * count only where there is nothing else (DGX uses them for storage).
 */
export function railsOf(facts: InfinibandFacts, profile: Profile | null): Rails {
  const linkLayer = profile?.linkLayer?.value ?? 'InfiniBand'
  const notRails = new Set((profile?.notRails?.value ?? []).map((id) => deviceType(id)))
  const candidates = facts.devices
    .filter(
      (device) => isVf(device) !== true && !isBond(device) && !isSoftware(device) && !notRails.has(device.type ?? ''),
    )
    .flatMap((device) =>
      device.ports
        .filter((port) => port.linkLayer === linkLayer)
        .map((port) => ({ device, port, label: `${device.name}/${port.port}` })),
    )
  const adapters = candidates.filter(({ device }) => !BLUEFIELD_TYPES.has(device.type ?? ''))
  const rails = adapters.length > 0 ? adapters : candidates
  const declared = profile?.linkLayer !== undefined || profile?.rails !== undefined
  const note = declared ? `profile ${profile?.id}` : 'no profile: Ethernet ports, VFs and bonds are not judged'
  return { rails, linkLayer, declared, scope: `${linkLayer} ports of PFs (${note})` }
}

/** `15b3:1021` → `MT4129`. */
function deviceType(id: string): string {
  const device = Number.parseInt(id.slice(id.indexOf(':') + 1), 16)
  return Number.isNaN(device) ? id : `MT${device}`
}

/** "mlx5_0/1 (0000:18:00.0)". */
export function railName({ device, label }: Rail): string {
  return device.pci ? `${label} (${device.pci})` : label
}
