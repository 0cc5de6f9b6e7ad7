import { type TextLine, textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'

/** `ethtool -i` or `ethtool -S` of one network device (EXPLAIN §3). */
export interface EthtoolFacts {
  driver?: string | null
  driverVersion?: string | null
  /** True: the version is an OFED/DOCA one; null where it does not tell. */
  ofed?: boolean | null
  firmware?: string | null
  psid?: string | null
  pci?: string | null
  counters?: Readonly<Record<string, number>>
  /** Priorities whose pause counters are above 0. */
  pausePriorities?: readonly number[]
  complete?: boolean
}

/** Text of `ethtool -i IF` and `ethtool -S IF`. */
export function parseEthtool(capture: Capture): Parsed<EthtoolFacts> {
  const lines = textLines(capture.lines)
  const info = driverInfo(lines)
  const counters = statistics(lines)
  const last = lines.at(-1)
  if (info || counters)
    return ok<EthtoolFacts>({
      ...info,
      ...(counters ? { counters, pausePriorities: paused(counters) } : {}),
      ...((last && !last.ended) || several(lines) ? { complete: false } : {}),
    })
  if (/No such device/.test(capture.text)) return notOk('absent', 'device-missing', 'No such network device')
  if (/no stats available/.test(capture.text)) return notOk('absent', 'other', 'The driver keeps no statistics')
  if (/Operation not supported/.test(capture.text)) return notOk('absent', 'other', 'The driver does not tell')
  if (/Operation not permitted|Permission denied/.test(capture.text))
    return notOk('denied', 'needs-root', 'ethtool needs root')
  if (/command not found|: not found$/m.test(capture.text)) return notOk('absent', 'other', 'ethtool is not installed')
  if (lines.length === 0) return notOk('absent', 'other', 'The tool printed nothing')
  return notOk('unreadable', 'bad-layout', 'No driver information and no statistics were found')
}

/** Several interfaces in one paste: the first is read. */
function several(lines: readonly TextLine[]): boolean {
  return [/^driver: /, /^NIC statistics:$/].some((pattern) => lines.filter(({ text }) => pattern.test(text)).length > 1)
}

function driverInfo(lines: readonly TextLine[]): EthtoolFacts | null {
  const value = (key: string) => {
    const text = lines
      .find((line) => line.ended && line.text.startsWith(`${key}:`))
      ?.text.slice(key.length + 1)
      .trim()
    return text === undefined || text === '' || text === 'N/A' ? null : text
  }
  if (!lines.some(({ text }) => /^(?:driver|bus-info|firmware-version):/.test(text))) return null
  const driver = value('driver')
  const [, firmware, psid] = /^(\S+)(?: \(([A-Za-z0-9_]{5,20})\))?$/.exec(value('firmware-version') ?? '') ?? []
  const version = value('version')
  return {
    driver,
    driverVersion: version,
    ofed: driver?.startsWith('mlx') === true && version !== null ? isOfed(version) : null,
    firmware: firmware ?? null,
    psid: psid ?? null,
    pci: pciAddress(value('bus-info')),
  }
}

/** OFED and DOCA: `24.10-1.1.4`. Inbox: the kernel release, before 5.11 a constant such as `5.0-0`. */
function isOfed(version: string): boolean | null {
  if (/^\d{1,2}\.\d{1,2}-\d{1,2}\.\d{1,2}\.\d{1,2}(?:\.\d{1,3})?$/.test(version)) return true
  return /^\d{1,2}\.\d{1,3}\.\d{1,3}(?:[-+._]\S*)?$/.test(version) || /^\d\.\d-\d$/.test(version) ? false : null
}

/** Lines below `NIC statistics:`. */
function statistics(lines: readonly TextLine[]): Record<string, number> | null {
  const at = lines.findIndex(({ text }) => text === 'NIC statistics:')
  const next = lines.findIndex(({ text }, index) => index > at && at >= 0 && text === 'NIC statistics:')
  const rows = lines.slice(at + 1, next < 0 ? undefined : next).flatMap(({ text, ended }) => {
    const [, name, value] = ended ? (/^([A-Za-z][\w.[\]() -]{1,80}): (\d{1,20})$/.exec(text) ?? []) : []
    return name === undefined || !Number.isSafeInteger(Number(value)) ? [] : [[name, Number(value)] as const]
  })
  const known = rows.some(([name]) => /^(?:rx|tx)_prio[0-7]_pause$|_phy$|^rx_out_of_buffer$/.test(name))
  return at >= 0 || (known && rows.length >= 3) ? Object.fromEntries(rows) : null
}

function paused(counters: Readonly<Record<string, number>>): number[] {
  const found = Object.entries(counters).flatMap(([name, value]) => {
    const priority = /^[rt]x_prio([0-7])_pause$/.exec(name)?.[1]
    return priority !== undefined && value > 0 ? [Number(priority)] : []
  })
  return [...new Set(found)].sort((a, b) => a - b)
}
