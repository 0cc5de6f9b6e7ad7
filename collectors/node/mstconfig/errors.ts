import type { ReasonCode } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import type { ReadStatus } from '@/lib/read'
import type { MstconfigColumn } from './facts'

type Failure = { status: Exclude<ReadStatus, 'ok'>; code: ReasonCode; text: string }

/** What the texts of firmware tools mean, most telling first (host-formats §3 and §4). */
const MEANINGS: readonly (readonly [RegExp, Failure])[] = [
  [
    /counter to semaphore: (?:Permission denied|Operation not permitted)|direct PCI access is restricted/,
    {
      status: 'denied',
      code: 'kernel-lockdown',
      text: 'Kernel lockdown (Secure Boot) blocks direct PCI access, which NIC firmware tools need',
    },
  ],
  [
    /sudo: .*(?:password|not allowed|terminal|not in the sudoers)|is not allowed to execute|Only root user|must be root|[Pp]ermission denied|Operation not permitted/,
    { status: 'denied', code: 'needs-root', text: 'The tool needs root' },
  ],
  [
    /Livefish|Flash Recovery mode/,
    {
      status: 'unreadable',
      code: 'device-unreadable',
      text: 'The adapter is in flash recovery (livefish): its firmware does not run',
    },
  ],
  [
    /NV access register|NVQC access register|access to NV registers|MFE_SEM_LOCKED|MFE_LOCKED|resource busy|semaphore|Other tool is accessing|fsm register is busy/i,
    {
      status: 'unreadable',
      code: 'tool-busy',
      text: 'The NV registers did not answer: another firmware tool uses the adapter, or access is disabled',
    },
  ],
  [
    /No such (?:file or directory|device)|Failed to get devices|No devices found/,
    { status: 'absent', code: 'device-missing', text: 'No such adapter' },
  ],
  [
    /doesn't support .{1,80} parameter|Unknown Parameter/,
    { status: 'absent', code: 'other', text: 'This firmware has no such parameter' },
  ],
  [/command not found|: not found$/m, { status: 'absent', code: 'other', text: 'The tool is not installed' }],
  [
    /supported on virtual machines|any configuration changes|Unsupported [Dd]evice|MFE_UNSUPPORTED_DEVICE|supported by this tool|supported for fwctl/,
    { status: 'absent', code: 'other', text: 'This function has no firmware configuration of its own' },
  ],
  [
    /Failed to (?:open|identify)|[Cc]annot open|Failed to Identify|Problem accessing the device|MFE_/i,
    {
      status: 'unreadable',
      code: 'device-unreadable',
      text: 'The adapter could not be opened: no such address, no privilege, or kernel lockdown',
    },
  ],
]

/** Why a firmware tool could not look, from its whole text; undefined when no known message stands there. */
export function failureOf(text: string): Failure | undefined {
  return MEANINGS.find(([pattern]) => pattern.test(text))?.[1]
}

const ERROR = /^.{0,200}?-E- +(\S.*)$/

/** What stands behind `-E-` on a line; undefined for any other line. */
function errorOf(line: string): string | undefined {
  return line.includes('-E-') ? ERROR.exec(line)?.[1]?.trim() : undefined
}

/** Lines marked `-E-`, without the marker, each once. */
export function errorLines(lines: readonly string[]): string[] {
  const errors = new Set<string>()
  for (const line of lines) {
    const error = errorOf(line)
    if (error !== undefined) errors.add(error)
  }
  return [...errors]
}

/** `Device Firmware does not support reading current configurations`. */
export function unsupportedColumns(text: string): { column: MstconfigColumn }[] {
  const found = /does not support reading (default and current|default|current) configurations/.exec(text)?.[1]
  if (found === undefined) return []
  return found === 'default and current'
    ? [{ column: 'default' }, { column: 'current' }]
    : [{ column: found === 'default' ? 'default' : 'current' }]
}

/** TLVs listed under `Failed to query the current values of the following TLVs:`. */
export function failedTlvs(lines: readonly string[]): { column: MstconfigColumn; tlv: string }[] {
  return lines.flatMap((line, at) => {
    if (!line.includes('Failed to query the ')) return []
    const column = /Failed to query the (default|current|next) values of the following TLVs:/.exec(line)?.[1]
    if (column !== 'default' && column !== 'current' && column !== 'next') return []
    const names = (lines.slice(at + 1, at + 3).find((each) => each.trim() !== '') ?? '').trim().split(/\s+/)
    return names.filter((name) => /^\w+$/.test(name)).map((tlv) => ({ column, tlv }))
  })
}

/** Functions under a `=== PCI` heading of the live read that printed only an error. */
export function unreadFunctions(
  lines: readonly string[],
  read: ReadonlySet<string>,
): { pci: string | null; error: string }[] {
  const unread: { pci: string | null; error: string }[] = []
  let pci: string | null = null
  for (const line of lines) {
    const heading = line.startsWith('=== ') ? /^=== (\S+)\s*$/.exec(line)?.[1] : undefined
    if (heading !== undefined) pci = pciAddress(heading)
    const error = errorOf(line)
    if (error === undefined || (pci !== null && read.has(pci))) continue
    if (!unread.some((entry) => entry.pci === pci && entry.error === error)) unread.push({ pci, error })
  }
  return unread
}
