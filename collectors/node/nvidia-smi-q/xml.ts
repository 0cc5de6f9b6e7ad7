import { ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import { count, type Draft, empty, read, said } from './draft'
import type { GpuQueryFacts } from './facts'

/** True for `nvidia-smi -q -x`. */
export function isXml(lines: readonly string[]): boolean {
  return lines.slice(0, 200).some((line) => /^\s*<nvidia_smi_log\b/.test(line))
}

/** One tag, an id it may carry, and the text up to the next. */
const TAG = /<(\/?)([a-z][a-z0-9_]{0,80})(?: id="([^"<]{0,40})")?[^<>]{0,200}?(\/?)>([^<]*)/g

/** Elements as the rows of the text layout that say the same (section, key). */
const ROWS: Readonly<Record<string, readonly [string, string]>> = {
  product_name: ['', 'Product Name'],
  persistence_mode: ['', 'Persistence Mode'],
  addressing_mode: ['', 'Addressing Mode'],
  virtualization_mode: ['', 'Virtualization Mode'],
  clocks_throttle_reason_hw_power_brake_slowdown: ['', 'HW Power Brake Slowdown'],
  clocks_event_reason_hw_power_brake_slowdown: ['', 'HW Power Brake Slowdown'],
  replay_counter: ['', 'Replays Since Reset'],
  'fb_memory_usage/total': ['FB Memory Usage', 'Total'],
  'bar1_memory_usage/total': ['BAR1 Memory Usage', 'Total'],
  'ecc_mode/current_ecc': ['ECC Mode', 'Current'],
  'pcie_gen/max_link_gen': ['PCIe Generation', 'Max'],
  'pcie_gen/current_link_gen': ['PCIe Generation', 'Current'],
  'link_widths/max_link_width': ['Link Width', 'Max'],
  'link_widths/current_link_width': ['Link Width', 'Current'],
}

/** Reads the XML of `nvidia-smi -q -x` (nvsmi_device_v*.dtd). Parts of a GPU (MIG) and its processes are left out. */
export function parseXml(lines: readonly string[]): Parsed<GpuQueryFacts> {
  const text = lines.join('\n')
  const top = {
    driverVersion: null as string | null,
    cudaVersion: null as string | null,
    attachedGpus: null as number | null,
  }
  const gpus: Draft[] = []
  const open: string[] = []
  for (const match of text.matchAll(TAG)) {
    const [whole, closes, name = '', id, empties, after = ''] = match
    if (closes !== '') {
      const at = open.lastIndexOf(name)
      if (at >= 0) open.length = at
      continue
    }
    if (name === 'gpu' && open.at(-1) === 'nvidia_smi_log') gpus.push(empty(pciAddress(id)))
    const parent = open.at(-1) ?? ''
    if (empties === '' && open.length < 64) open.push(name)
    const raw = after.trim()
    // The text of an element ends at a tag: what a cut has ended may go on.
    if (
      raw === '' ||
      match.index + whole.length >= text.length ||
      open.includes('mig_devices') ||
      open.includes('processes')
    )
      continue
    const value = said(raw)
    const gpu = open.includes('gpu') ? gpus.at(-1) : undefined
    const [section, key] = ROWS[`${parent}/${name}`] ?? ROWS[name] ?? ['', name]
    if (gpu) read(gpu, section, key, value, raw)
    else if (name === 'driver_version') top.driverVersion = value
    else if (name === 'cuda_version') top.cudaVersion = value
    else if (name === 'attached_gpus') top.attachedGpus = count(value)
  }
  const short = top.attachedGpus !== null && gpus.length < top.attachedGpus
  const cut = !text.includes('</nvidia_smi_log>')
  return ok({ ...top, gpus, ...(short || cut ? { complete: false } : {}) })
}
