import type { Gpu } from '../nvidia-smi-csv/facts'

/** One GPU of `nvidia-smi -q`. */
export interface GpuDetail {
  pci: string | null
  name: string | null
  memoryMib: number | null
  bar1Mib: number | null
  pcieGen: number | null
  pcieGenMax: number | null
  pcieWidth: number | null
  pcieWidthMax: number | null
  hwPowerBrake: boolean | null
  eccMode: string | null
  persistence: boolean | null
  pcieReplays: number | null
  virtualization: string | null
  error: Gpu['error']
}

/** A GPU while it is being read. */
export type Draft = { -readonly [K in keyof GpuDetail]: GpuDetail[K] }

/** What a value says; null where the tool writes that there is none. */
export function said(raw: string): string | null {
  return /^(?:N\/A|\[N\/A\]|Unknown|ERR!|\[?Unknown Error\]?|\[?GPU is lost\]?|Requested functionality.*)$/.test(raw)
    ? null
    : raw
}

/** A GPU of which only the address is known. */
export function empty(pci: string | null): Draft {
  return {
    pci,
    name: null,
    memoryMib: null,
    bar1Mib: null,
    pcieGen: null,
    pcieGenMax: null,
    pcieWidth: null,
    pcieWidthMax: null,
    hwPowerBrake: null,
    eccMode: null,
    persistence: null,
    pcieReplays: null,
    virtualization: null,
    error: null,
  }
}

/**
 * Takes what one row says.
 * @param section its nearest heading, empty for the GPU's own rows
 * @param value `said` of the raw text
 */
export function read(gpu: Draft, section: string, key: string, value: string | null, raw: string): void {
  if (/^\[?GPU is lost\]?$/i.test(raw)) gpu.error = 'lost'
  // How memory is addressed is asked of nvidia-uvm: where that is not loaded, every healthy GPU answers so.
  else if (key !== 'Addressing Mode' && /^\[?Unknown Error\]?$|^ERR!$/i.test(raw)) gpu.error ??= 'unknown-error'
  // A vGPU guest prints the name of its licence as well, further down.
  if (key === 'Product Name') gpu.name ??= value
  else if (key === 'Persistence Mode') gpu.persistence = flag(value, 'Enabled', 'Disabled')
  else if (key === 'HW Power Brake Slowdown') gpu.hwPowerBrake = flag(value, 'Active', 'Not Active')
  else if (key === 'Replays Since Reset') gpu.pcieReplays = count(value)
  else if (key === 'Virtualization Mode') gpu.virtualization = value
  else if (section === 'FB Memory Usage' && key === 'Total') gpu.memoryMib = count(value)
  else if (section === 'BAR1 Memory Usage' && key === 'Total') gpu.bar1Mib = count(value)
  else if (/^ECC Mode$/i.test(section) && key === 'Current') gpu.eccMode = value
  else if (section === 'PCIe Generation' && key === 'Current') gpu.pcieGen = count(value)
  else if (section === 'PCIe Generation' && key === 'Max') gpu.pcieGenMax = count(value)
  else if (section === 'Link Width' && key === 'Current') gpu.pcieWidth = count(value)
  else if (section === 'Link Width' && key === 'Max') gpu.pcieWidthMax = count(value)
}

function flag(value: string | null, yes: string, no: string): boolean | null {
  return value === yes ? true : value === no ? false : null
}

/** `81559 MiB`, `16x` or `67`. */
export function count(value: string | null): number | null {
  const match = /^(\d{1,12})(?: MiB|x)?$/.exec(value ?? '')
  return match ? Number(match[1]) : null
}
