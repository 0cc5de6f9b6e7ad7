import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import type { Gpu } from '../nvidia-smi-csv/facts'
import { failureOf, lostGpu, unread } from '../nvidia-smi-csv/failure'

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

/** Facts of kind `nvidia-smi-q` (EXPLAIN §3). */
export interface GpuQueryFacts {
  driverVersion: string | null
  cudaVersion: string | null
  attachedGpus: number | null
  gpus: readonly GpuDetail[]
  /** False: fewer GPUs are shown than are attached. */
  complete?: boolean
}

type Draft = { -readonly [K in keyof GpuDetail]: GpuDetail[K] }

/** Reads `nvidia-smi -q` (all or `-d` parts of it). Sections are told by their headings, so lost indentation does no harm. */
export function parseGpuQuery(capture: Capture): Parsed<GpuQueryFacts> {
  const lines = withoutLogPrefix(capture.lines)
  const gpus: Draft[] = []
  const top = {
    driverVersion: null as string | null,
    cudaVersion: null as string | null,
    attachedGpus: null as number | null,
  }
  let section = ''
  let known = 0
  // Below `MIG Device` stand sections of the same names: deeper than it, and told only by that.
  let mig: number | null = null
  let [gpuIndent, flat] = [0, false]
  for (const [at, line] of lines.entries()) {
    const lost = lostGpu(line)
    if (lost) gpus.push({ ...empty(lost.pci), error: 'lost' })
    if (at === lines.length - 1) break
    const indent = line.length - line.trimStart().length
    if (mig !== null && indent > mig && line.trim() !== '') continue
    if (line.trim() !== '') mig = null
    const head = /^\s*GPU ([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7])\s*$/.exec(line)
    const pair = /^\s*([A-Z][^:]{0,80}?)\s+: (.{0,300}?)\s*$/.exec(line)
    if (head) {
      gpus.push(empty(pciAddress(head[1])))
      section = ''
      gpuIndent = indent
      known += 1
    } else if (pair) {
      const [, key = '', raw = ''] = pair
      const value =
        /^(?:N\/A|\[N\/A\]|Unknown|ERR!|\[?Unknown Error\]?|\[?GPU is lost\]?|Requested functionality.*)$/.test(raw)
          ? null
          : raw
      const gpu = gpus.at(-1)
      if (gpu) read(gpu, section, key, value, raw)
      else if (key === 'Driver Version') top.driverVersion = value
      else if (key === 'CUDA Version') top.cudaVersion = value
      else if (key === 'Attached GPUs') top.attachedGpus = count(value)
      if (gpu || /^(?:Driver Version|CUDA Version|Attached GPUs)$/.test(key)) known += 1
    } else if (/^\s*MIG Device\s*$/.test(line)) {
      mig = indent
      flat ||= indent <= gpuIndent
    } else if (/^\s*[A-Z][\w /-]{1,60}$/.test(line)) section = line.trim()
  }
  if (known > 0 || gpus.length > 0) {
    const errors = lines.filter((line) => lostGpu(line) !== null).map((line) => line.trim())
    // Without indentation nobody can tell a GPU's memory from that of its parts.
    if (flat) for (const gpu of gpus) Object.assign(gpu, { memoryMib: null, bar1Mib: null })
    const short = top.attachedGpus !== null && gpus.length < top.attachedGpus
    return ok({ ...top, gpus, ...(short ? { complete: false } : {}) }, { errors: [...new Set(errors)] })
  }
  if (failureOf(lines)?.code === 'no-devices') return ok({ ...top, gpus: [] }, { errors: ['No devices were found'] })
  return unread(lines)
}

function empty(pci: string | null): Draft {
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

function read(gpu: Draft, section: string, key: string, value: string | null, raw: string): void {
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
function count(value: string | null): number | null {
  const match = /^(\d{1,12})(?: MiB|x)?$/.exec(value ?? '')
  return match ? Number(match[1]) : null
}
