import { toolRefusal } from '@/lib/explain/tool-refusal'
import { notOk, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import type { Gpu, GpuFacts, GpuFailure } from './facts'

const FAILURES: readonly (readonly [RegExp, GpuFailure['code']])[] = [
  [/Driver\/library version mismatch/, 'driver-mismatch'],
  [
    /NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver|Failed to initialize NVML: Driver Not Loaded/,
    'driver-not-loaded',
  ],
  [/Failed to initialize NVML: |NVIDIA-SMI couldn't find libnvidia-ml\.so/, 'other'],
  [/^No devices were found/, 'no-devices'],
]

const WORDS = {
  'driver-mismatch': 'The loaded NVIDIA kernel module and the user library are of different versions',
  'driver-not-loaded': 'The NVIDIA kernel driver does not answer: it is not loaded, or not built for this kernel',
  'no-devices': 'The driver is loaded but sees no GPU',
  other: 'The NVIDIA library could not be initialised',
} as const

/** The line in which nvidia-smi gives up; null when none does. */
export function failureOf(lines: readonly string[]): GpuFailure | null {
  for (const raw of lines.slice(0, 500)) {
    const line = raw.slice(0, 400).trim()
    const found = FAILURES.find(([pattern]) => pattern.test(line))
    if (found) return { code: found[1], line }
  }
  return null
}

/** What a failure means, in one clause. */
export function failureWords(failure: GpuFailure): string {
  return WORDS[failure.code]
}

/** A GPU whose handle the driver lost: `Unable to determine the device handle for GPU 0000:3B:00.0: GPU is lost.` */
export function lostGpu(line: string): Gpu | null {
  if (!line.includes('Unable to determine the device handle for ')) return null
  const what = /Unable to determine the device handle for (?:GPU|gpu)? ?(\S.*)$/.exec(line)?.[1]
  if (what === undefined) return null
  // `GPU 0000:3B:00.0: …`, `GPU4: 0000:9A:00.0: …`, `GPU 4: …`
  const [, number, address] = /^(?:(\d{1,2}): )?([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]): /i.exec(what) ?? []
  const index = number ?? /^(\d{1,2}): /.exec(what)?.[1]
  return { ...NO_GPU, pci: pciAddress(address), index: index === undefined ? null : Number(index), error: 'lost' }
}

/** A GPU of which nothing is known. */
export const NO_GPU: Gpu = {
  index: null,
  pci: null,
  name: null,
  driverVersion: null,
  memoryMib: null,
  pcieGen: null,
  pcieWidth: null,
  eccUncorrected: null,
  error: null,
}

/** Why nothing could be read, for answers without any GPU. */
export function unread<F>(lines: readonly string[]): Parsed<F> {
  const failure = failureOf(lines)
  if (failure && failure.code !== 'no-devices') {
    const denied = /Insufficient Permissions/i.test(failure.line)
    if (denied) return notOk('denied', 'needs-root', 'nvidia-smi lacks permission', [failure.line])
    return notOk('absent', failure.code, failureWords(failure), [failure.line])
  }
  const refusal = toolRefusal(lines)
  if (refusal) return notOk(refusal.status, refusal.code, refusal.text, [refusal.line])
  return lines.every((line) => line.trim() === '')
    ? notOk('absent', 'other', 'nvidia-smi printed nothing')
    : notOk('unreadable', 'bad-layout', 'No GPU was found in a known layout')
}

/** The fact of an answer that is itself the fault: the driver does not answer. */
export function failureFact(parsed: Parsed<unknown>): { gpus?: GpuFacts } {
  const failure = failureOf(parsed.errors)
  return failure && !/Insufficient Permissions/i.test(failure.line)
    ? { gpus: { gpus: [], failure, attached: null } }
    : {}
}
