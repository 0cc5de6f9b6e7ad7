import type { TextLine } from '@/lib/explain/text-lines'
import type { PerftestFacts, TestEnd } from './facts'

const TITLE =
  /^((?:Send|Send_imm|RDMA_Write|RDMA_Write_imm|RDMA_Read|Atomic|Raw Ethernet)(?: (?:CMP_AND_SWAP|FETCH_AND_ADD))?(?: Bidirectional)?(?: Post List)?(?: BW| Latency)?(?: forwarding)?(?: Multicast)?) Test$/

/** Heading of a test without " Test"; null for any other line. */
export function titleOf(text: string): string | null {
  return text.endsWith(' Test') ? (TITLE.exec(text)?.[1] ?? null) : null
}

export type Header = Omit<PerftestFacts, 'outcome' | 'error' | 'unit' | 'rows' | 'jsonValid' | 'test' | 'bidirectional'>

/** Settings above the table, each on its own line or in the second column of one (perftest_parameters.c ctx_print_test_info). */
export function headerOf(lines: readonly TextLine[]): Header {
  const whole = lines.filter(({ ended }) => ended).map(({ text }) => text)
  const settings = whole.filter((text) => text.includes(' : '))
  return {
    device: word(settings, /(?:^|\s)Device {1,20}: (\S{1,128})$/),
    qps: number(settings, /^Number of qps {1,10}: (\d{1,6})(?:\s|$)/),
    mtuBytes: number(settings, /^Mtu {1,20}: (\d{1,6})\[B\]$/),
    linkType: word(settings, /^Link type {1,10}: (\w{1,20})$/),
    gidIndex: number(settings, /^GID index {1,10}: (\d{1,5})$/),
    gpuMemory: gpu(whole) ?? hostMemory(whole),
    local: end(whole, 'local'),
    remote: end(whole, 'remote'),
    warnings: [
      ...(whole.some((text) => text.startsWith('Conflicting CPU frequency values detected'))
        ? ['cpu-frequency' as const]
        : []),
      ...(whole.some((text) => MTU_LOWERED.test(text)) ? ['mtu-lowered' as const] : []),
    ],
  }
}

const MTU_LOWERED = /^(?:Requested mtu is higher than active mtu|Changing to active mtu)/

function word(settings: readonly string[], pattern: RegExp): string | null {
  return settings.flatMap((text) => pattern.exec(text)?.[1] ?? [])[0] ?? null
}

function number(settings: readonly string[], pattern: RegExp): number | null {
  const found = word(settings, pattern)
  return found === null ? null : Number(found)
}

const GPU_USED =
  /^(?:initializing CUDA|creating CUDA Ctx|allocated GPU buffer|allocated \d+ bytes of GPU buffer|Picking (?:device No|GPU number)|cuMemAlloc\(\) of a|Use (?:ROCm|MUSA) memory\s*: ON|using DMA-BUF for GPU)/
const NO_GPU = /^Use ROCm memory\s*: OFF$/

/** GPU buffers are named where they are used; of host memory nothing is printed, so its absence tells nothing. */
function gpu(lines: readonly string[]): boolean | null {
  if (lines.some((text) => GPU_USED.test(text))) return true
  return lines.some((text) => NO_GPU.test(text)) ? false : null
}

/** The tools, and their options that ask for memory of an accelerator (perftest_parameters.c). */
const COMMAND = /(?:^|[\s/])ib_(?:write|read|send|atomic)_(?:bw|lat)(?:\s|$)/
const ACCELERATOR = /\s--use_(?:cuda|rocm|hl|neuron|mlu|opencl|musa)\b/
/** A shell's prompt with the command typed, or `+ …` of `set -x`. */
const TYPED = /^(?:[^\n]{0,120}[#$%>❯]|\+) /

/** True for a line in which somebody typed one of the tests. */
export function isTypedTest(text: string): boolean {
  return text.includes('ib_') && COMMAND.test(text) && TYPED.test(text)
}

/**
 * Host memory is named nowhere, yet shows in two ways: the command typed asks for nothing else, or a server's banner stands right above
 * its heading, where GPU set-up would be printed (write_bw.c: ctx_init before ctx_print_test_info).
 */
function hostMemory(lines: readonly string[]): false | null {
  const typed = lines.filter(isTypedTest)
  const banner = lines.indexOf('* Waiting for client to connect... *')
  const bare =
    banner >= 0 &&
    /^\*{20,}$/.test(lines[banner + 1] ?? '') &&
    /^-{20,}$/.test(lines[banner + 2] ?? '') &&
    titleOf(lines[banner + 3] ?? '') !== null
  if (typed.some((text) => ACCELERATOR.test(text))) return null
  return typed.length > 0 || bare ? false : null
}

const ADDRESS =
  /^(local|remote) address: LID (0x[0-9a-fA-F]{1,4}|0000) QPN (0x[0-9a-fA-F]{1,8}|0{1,6}) PSN (0x[0-9a-fA-F]{1,8}|0{1,6})(?:\s|$)/

/** What an address line says: side, LID and the numbers of its queue pair; null for any other line. */
function addressOf(text: string): RegExpExecArray | null {
  return text.includes(' address: ') ? ADDRESS.exec(text) : null
}

/** First address line of a side, and the GID below it: sixteen decimal bytes, zero-padded to two digits. */
function end(lines: readonly string[], side: 'local' | 'remote'): TestEnd | null {
  const at = lines.findIndex((text) => addressOf(text)?.[1] === side)
  const lid = Number(ADDRESS.exec(lines[at] ?? '')?.[2])
  if (at < 0 || Number.isNaN(lid)) return null
  const bytes =
    /^GID: (\d{1,3}(?::\d{1,3}){15})$/
      .exec(lines[at + 1] ?? '')?.[1]
      ?.split(':')
      .map(Number) ?? []
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  return { lid: lid === 0 ? null : lid, ip: bytes.length === 16 && mapped ? bytes.slice(12).join('.') : null }
}

/** Address of the first queue pair of each side, null where it is not printed: the two ends of one test print them crosswise. */
export interface QueuePairs {
  local: string | null
  remote: string | null
}

export function queuePairs(lines: readonly TextLine[]): QueuePairs {
  const pairs: QueuePairs = { local: null, remote: null }
  for (const { text, ended } of lines) {
    const [, side, lid, queue, serial] = (ended ? addressOf(text) : null) ?? []
    if (side === 'local') pairs.local ??= `${lid} ${queue} ${serial}`
    if (side === 'remote') pairs.remote ??= `${lid} ${queue} ${serial}`
    if (pairs.local !== null && pairs.remote !== null) break
  }
  return pairs
}
