import type { PciDevice, PciRole } from './facts'

/** VF device ids of Mellanox cards (pci.ids); 101e serves every card since ConnectX-6 Dx. */
export const VF_IDS: ReadonlySet<string> = new Set([
  '1002',
  '1004',
  '1012',
  '1014',
  '1016',
  '1018',
  '101a',
  '101c',
  '101e',
  'a2d3',
])

/**
 * Role of a function from its class, id and name (host-formats §8, pci.ids). Null where they do not tell.
 * A BMC's VGA is no GPU; flash recovery and BlueField management functions are no NICs.
 */
export function roleOf(device: Pick<PciDevice, 'class' | 'classId' | 'id' | 'name'>): PciRole | null {
  const { classId, id, name } = device
  const kind = device.class ?? ''
  if (classId === null && kind === '') return null
  const [vendor = null, model = ''] = id?.split(':') ?? []
  const is = (code: string, words: RegExp) => (classId === null ? words.test(kind) : classId === code)
  const mellanox = vendor === '15b3' || (vendor === null && /Mellanox/.test(name ?? ''))
  if (is('0604', /^PCI bridge/i)) return 'bridge'
  if (is('0200', /^Ethernet controller/i) || is('0207', /^Infiniband controller/i)) {
    if (mellanox && (/Flash Recovery/i.test(name ?? '') || isRecoveryId(model))) return 'flash-recovery'
    if (/Virtual Function/i.test(name ?? '') || (mellanox && VF_IDS.has(model))) return 'vf'
    return name === null && id === null ? null : 'pf'
  }
  if (mellanox && (/Flash Recovery/i.test(name ?? '') || isRecoveryId(model))) return 'flash-recovery'
  if (is('0801', /^DMA controller/i)) return mellanox ? 'dma-management' : 'other'
  const display = is('0302', /^3D controller/i) || is('0300', /^VGA compatible/i) || is('0380', /^Display controller/i)
  if (display || is('1200', /^Processing accelerators/i)) return isGpuVendor(vendor, name)
  return 'other'
}

/** pci.ids: 15b3 functions 0191 and 01f6 to 0223 are cards waiting for an image. */
function isRecoveryId(model: string): boolean {
  if (!/^[0-9a-f]{4}$/.test(model)) return false
  const number = Number.parseInt(model, 16)
  return number === 0x0191 || (number >= 0x01f6 && number <= 0x0223)
}

function isGpuVendor(vendor: string | null, name: string | null): PciRole | null {
  if (vendor !== null) return vendor === '10de' || vendor === '1002' ? 'gpu' : 'other'
  if (name === null) return null
  return /NVIDIA|Advanced Micro Devices/.test(name) ? 'gpu' : 'other'
}

/** Link layer in force from the PCI class (0207 InfiniBand, 0200 Ethernet); NICs only. */
export function linkLayerOf(device: Pick<PciDevice, 'class' | 'classId' | 'role'>): 'InfiniBand' | 'Ethernet' | null {
  if (device.role !== 'pf' && device.role !== 'vf') return null
  if (device.classId === '0207' || /^Infiniband/i.test(device.class ?? '')) return 'InfiniBand'
  return device.classId === '0200' || /^Ethernet/i.test(device.class ?? '') ? 'Ethernet' : null
}
