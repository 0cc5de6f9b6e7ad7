import type { PciDevice, PciLink } from './facts'

/** The verbose lines of one function, without indentation; `whole` is false for the capture's unterminated last line. */
export interface DetailLine {
  text: string
  whole: boolean
}

/** Adds what `-v`, `-vv`, `-vvv` and `-k` print below a head (pciutils ls-caps.c, ls-ecaps.c, ls-kernel.c). */
export function withDetails(device: PciDevice, lines: readonly DetailLine[]): PciDevice {
  const done = lines.flatMap((line) => (line.whole ? line.text : []))
  const numa = one(done, 'NUMA node: ', /^NUMA node: (\d+)$/) ?? one(done, 'Flags:', FLAGS_NUMA)
  const driver = one(done, 'Kernel driver in use: ', /^Kernel driver in use: (\S+)$/) ?? cutDriver(lines)
  const modules = done.some((line) => line.startsWith('Kernel modules: '))
  const request = done.flatMap((line) => (line.includes('MaxReadReq ') ? (MAX_READ.exec(line)?.[1] ?? []) : []))[0]
  const unbound =
    driver === null && modules && done.some((line) => /^(?:Subsystem|Control|Flags|DeviceName):/.test(line))
  return Object.assign(device, {
    driver,
    numaNode: numa === null ? null : Number(numa),
    partNumber: one(done, '[PN] ', /^\[PN\] Part number: (\S+)\s*$/),
    maxReadReqBytes: request === undefined ? null : Number(request),
    link: linkOf(done),
    sriov: sriovOf(done),
    aerCorrectable: flags(done, 'CESta:', /^(?:Adv)?NonFatalErr$/),
    aerUncorrectable: flags(done, 'UESta:', /^ACSViol$/),
    acsEnabled: flags(done, 'ACSCtl:', /^DirectTrans$/),
    ...(unbound ? { unbound } : {}),
    ...(done.some((line) => line.startsWith('!!! Unknown header type 7f')) ? { lost: true } : {}),
  })
}

const FLAGS_NUMA = /^Flags:.{0,300}?, NUMA node (\d+)(?:,|$)/
const MAX_READ = /\bMaxReadReq (\d+) bytes/

/** What the first line that begins so and matches says. */
function one(lines: readonly string[], start: string, pattern: RegExp): string | null {
  return first(lines, start, pattern)?.[1] ?? null
}

/** An unterminated last line holds a driver only when the whole name is one we know. */
function cutDriver(lines: readonly DetailLine[]): string | null {
  const last = lines.at(-1)
  if (!last || last.whole) return null
  return /^Kernel driver in use: (mlx5_core|vfio-pci)$/.exec(last.text)?.[1] ?? null
}

const LNKCAP = /^LnkCap:\s.{0,60}?Speed (\S{1,20}?)(?: \(\w+\))?, Width x(\d+)\b/
const LNKSTA = /^LnkSta:\s.{0,60}?Speed (\S{1,20}?)(?: \((\w+)\))?, Width x(\d+)(?: \((\w+)\))?(?![\d])/

/**
 * `LnkCap: Port #0, Speed 32GT/s, Width x16`, `LnkSta: Speed 16GT/s (downgraded), Width x8`. Numbers decide; the words only where LnkCap
 * was not shown (grep), because versions of pciutils leave them out.
 */
function linkOf(lines: readonly string[]): PciLink | null {
  const cap = first(lines, 'LnkCap:', LNKCAP)
  const status = first(lines, 'LnkSta:', LNKSTA)
  const link = {
    capGtps: gtps(cap?.[1]),
    capWidth: Number(cap?.[2]) || null,
    gtps: gtps(status?.[1]),
    width: Number(status?.[3]) || null,
  }
  // A VF prints speed "unknown" and width x0: it has no link of its own.
  if (link.gtps === null && link.width === null && (status !== null || link.capGtps === null)) return null
  const words = [status?.[2], status?.[4]]
  const said = words.includes('downgraded') ? true : words.every((word) => word === 'ok') ? false : null
  return { ...link, downgraded: cap === null ? said : downgraded(link) }
}

/** True when speed or width is below what the function can do; null where that cannot be told. */
export function downgraded(link: Omit<PciLink, 'downgraded'>): boolean | null {
  const { capGtps, capWidth, gtps: speed, width } = link
  const lower = (value: number | null, able: number | null) => (value === null || able === null ? null : value < able)
  const [slower, narrower] = [lower(speed, capGtps), lower(width, capWidth)]
  // pciutils before 3.7 know no Gen5 ("Speed unknown"): half the lanes are half the lanes all the same.
  if (slower === true || narrower === true) return true
  return slower === null || narrower === null ? null : false
}

/** `32GT/s` or `32.0 GT/s PCIe` as a number. */
export function gtps(text: string | undefined | null): number | null {
  const match = /^(\d+(?:\.\d+)?) ?GT\/s/.exec(text ?? '')
  return match ? Number(match[1]) : null
}

function sriovOf(lines: readonly string[]): PciDevice['sriov'] {
  const counts = first(lines, 'Initial VFs: ', /^Initial VFs: \d+, Total VFs: (\d+), Number of VFs: (\d+)/)
  const enable = first(lines, 'IOVCtl:', /^IOVCtl:\s+Enable([+-])/)
  const id = first(lines, 'VF offset: ', /^VF offset: \d+, stride: \d+, Device ID: ([0-9a-f]{4})$/i)
  if (!counts && !enable) return null
  return {
    totalVfs: counts ? Number(counts[1]) : null,
    numVfs: counts ? Number(counts[2]) : null,
    enabled: enable ? enable[1] === '+' : null,
    vfDeviceId: id?.[1]?.toLowerCase() ?? null,
  }
}

/** The first line that begins so and matches. */
function first(lines: readonly string[], start: string, pattern: RegExp): RegExpExecArray | null {
  for (const line of lines) {
    const match = line.startsWith(start) ? pattern.exec(line) : null
    if (match) return match
  }
  return null
}

/**
 * Names with `+` of a register; newer pciutils wrap the row. Null unless its last classic flag was seen: the row may be cut.
 */
function flags(lines: readonly string[], register: string, last: RegExp): string[] | null {
  const at = lines.findIndex((line) => line.startsWith(register))
  if (at < 0) return null
  let row = (lines[at] ?? '').slice(register.length)
  for (const line of lines.slice(at + 1, at + 9)) {
    if (!/^(?:\w+[+-](?:\s+|$))+$/.test(line)) break
    row += ` ${line}`
  }
  const words = row.trim().split(/\s+/)
  if (!words.some((word) => last.test(word.replace(/[+-]$/, '')))) return null
  return words.flatMap((word) => /^(\w+)\+$/.exec(word)?.[1] ?? [])
}
