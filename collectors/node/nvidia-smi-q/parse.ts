import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import { failureOf, lostGpu, unread } from '../nvidia-smi-csv/failure'
import { count, type Draft, empty, read, said } from './draft'
import type { GpuQueryFacts } from './facts'
import { isXml, parseXml } from './xml'

/** Reads `nvidia-smi -q` (all or `-d` parts of it). Sections are told by their headings, so lost indentation does no harm. */
export function parseGpuQuery(capture: Capture): Parsed<GpuQueryFacts> {
  const lines = withoutLogPrefix(capture.lines)
  if (isXml(lines)) return parseXml(lines)
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
      const value = said(raw)
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
