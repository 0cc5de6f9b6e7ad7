import { withoutBlockIndent } from '@/lib/explain/block-indent'
import { toolRefusal } from '@/lib/explain/tool-refusal'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import { Devices } from './devices'
import type { DmesgFacts } from './facts'
import { KERNEL_WORDS, type LogRecord, lineForm, records } from './records'
import type { Origin } from './rules'
import { Tally } from './tally'

const PREFIX =
  /^([\w-]{1,40}) ((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?: \(unnamed net_device\)| ([^\s:()]{1,40}))?(?: \([a-z ]{1,30}\))?: (.*)$/i
/** Parts of a function have drivers of their own: `mlx5_ib.rdma mlx5_core.rdma.3: …`. */
const PART = /^([\w-]{1,40}\.\w{1,20}) [\w-]{1,40}\.\w{1,20}\.\d{1,6}: (.*)$/
const CALLER = /^[\w.]{1,80}:\d{1,6}:(?:\(pid {1,2}\d{1,10}\):)? /
/** People take addresses out before they show a log: `mlx5_core enp1s0f0np0: Link down`, or leave the driver's function only. */
const BARE = /^(mlx[45]_core)(?: ([a-z][\w.-]{0,14}))?: (.*)$/

/** Reads a kernel log: dmesg (plain, -x, -T, -J, kmsg) or journalctl -k (short, short-iso, json). */
export function parseDmesg({ text, lines: indented }: Capture): Parsed<DmesgFacts> {
  const lines = withoutBlockIndent(indented)
  const refused = lines.find((line) => REFUSED.test(line))?.trim()
  const found = records(
    lines.filter((line) => !REFUSED.test(line) && !/^-- |^dmesg: |^Hint: /.test(line)),
    text,
  )
  const kernel =
    lines.some((line) => lineForm(line) !== 'bare') || found.some((each) => each.json || KERNEL_WORDS.test(each.text))
  if (found.length > 0 && kernel) return ok(factsOf(found), refused === undefined ? {} : { errors: [refused] })
  if (refused !== undefined)
    return notOk('denied', 'needs-root', 'Reading the kernel log needs root or CAP_SYSLOG', [refused])
  const complaint = lines.find((line) => COMPLAINT.test(line))?.trim()
  if (complaint !== undefined && FOREIGN_DENIED.test(complaint))
    return notOk('denied', 'needs-root', 'Reading the kernel log needs root or CAP_SYSLOG', [complaint])
  const refusal = toolRefusal(lines)
  if (refusal) return notOk(refusal.status, refusal.code, refusal.text, [refusal.line])
  if (/^-- No entries --|^No journal files were found/m.test(text))
    return notOk('absent', 'other', 'The journal holds no kernel messages')
  if (complaint !== undefined) return notOk('unreadable', 'other', 'dmesg could not read the kernel log', [complaint])
  return text.trim() === ''
    ? notOk('absent', 'other', 'The kernel log is empty')
    : notOk('unreadable', 'bad-layout', 'No kernel message was found')
}

const REFUSED =
  /^(?:dmesg: .{0,120}: (?:Operation not permitted|Permission denied)|.{0,80}insufficient permissions|Hint: You are currently not seeing messages)|^sudo: /
/** Any other complaint of dmesg itself, in whatever language: nothing was read. */
const COMPLAINT = /^dmesg: \S/
/** EPERM and EACCES as the C library says them in other languages. */
const FOREIGN_DENIED =
  /nicht erlaubt|nicht zulässig|Keine Berechtigung|non permise|non accordée|no permitida|denegado|не позволен|[Оо]тказано|不允许|权限|許可されていない|許可がありません/

/** A log that was read and holds none of our messages. */
export function emptyLog(): DmesgFacts {
  return factsOf([])
}

/** What the messages say. */
function factsOf(found: readonly LogRecord[]): DmesgFacts {
  const tally = new Tally()
  const devices = new Devices()
  const facts = boot(found)
  for (const record of found) {
    const { wrapped, ...alone } = record
    const ways = [wrapped ? { ...alone, whole: true } : alone]
    for (const text of wrapped?.joined ?? []) ways.push({ ...alone, text, whole: wrapped?.whole ?? false })
    for (const way of ways) if (understood(way, tally, devices)) break
  }
  const lastAt = found.findLast((each) => each.sec !== null)?.sec ?? null
  return { devices: devices.list, linkEvents: devices.events, lastAt, ...facts, findings: tally.findings }
}

function understood(record: LogRecord, tally: Tally, devices: Devices): boolean {
  const { from, text } = split(record.text)
  const found = tally.read(record, from, text) || (from.driver === null && withoutAddress(record, tally, devices))
  return (from.driver !== null && devices.read(record, from, text, tally)) || found
}

/** A message of the driver that no longer says which function it is about: its fault counts all the same. */
function withoutAddress(record: LogRecord, tally: Tally, devices: Devices): boolean {
  const [, driver, netdev, rest = record.text] = BARE.exec(record.text) ?? []
  const text = rest.replace(CALLER, '')
  // Without the driver's name only its own way of naming the caller tells that it is the driver.
  if (driver === undefined && (text === rest || !/^\w{1,80}:\d{1,6}:\(pid /.test(rest))) return false
  const from = { driver: driver ?? 'mlx5_core', pci: null, netdev: netdev ?? null }
  return tally.read(record, from, text) || devices.readLink(record, from, text, tally)
}

/** `mlx5_core 0000:18:00.0 ibp24s0: func:12:(pid 3): text` in its parts. */
function split(line: string): { from: Origin; text: string } {
  const match = PREFIX.exec(line)
  if (match) {
    const from = { driver: match[1] ?? null, pci: pciAddress(match[2]), netdev: match[3] ?? null }
    return { from, text: (match[4] ?? '').replace(CALLER, '') }
  }
  const part = PART.exec(line)
  if (part)
    return { from: { driver: part[1] ?? null, pci: null, netdev: null }, text: (part[2] ?? '').replace(CALLER, '') }
  return { from: { driver: null, pci: null, netdev: null }, text: line }
}

type Boot = Omit<DmesgFacts, 'devices' | 'linkEvents' | 'lastAt' | 'findings'>

/** State the kernel prints once: IOMMU, Secure Boot, lockdown; module magic, lost GPUs and NVSwitch errors. */
function boot(found: readonly LogRecord[]): Boot {
  const facts = {
    iommu: null as DmesgFacts['iommu'],
    secureBoot: null as boolean | null,
    lockdown: null as boolean | null,
    versionMagic: [] as DmesgFacts['versionMagic'][number][],
    gpusLost: [] as string[],
    sxids: [] as DmesgFacts['sxids'][number][],
    // A shell's command or a sentence may stand above.
    ...(found.slice(0, 6).some(({ text }) => /^(?:Linux version \d|Booting Linux on )/.test(text))
      ? { fromBoot: true as const }
      : {}),
  }
  const iommu = (part: Partial<NonNullable<DmesgFacts['iommu']>>) => {
    facts.iommu = { ...(facts.iommu ?? { vendor: null, enabled: null, defaultDomain: null, source: null }), ...part }
  }
  for (const { text, whole } of found) {
    const domain = /^iommu: Default domain type: (\w+)(?: \(set (?:via|by) ([^)]{1,60})\))?\s*$/.exec(text)
    if (domain && (whole || domain[2] !== undefined))
      iommu({ defaultDomain: domain[1] ?? null, source: domain[2] ?? null })
    if (/^DMAR: /.test(text)) iommu({ vendor: 'intel', ...enabled(text) })
    else if (/^(?:pci [0-9a-f:.]{7,16}: )?AMD-Vi: |^perf\/amd_iommu: /.test(text))
      iommu({ vendor: 'amd', ...enabled(text) })
    else if (/^arm-smmu/.test(text)) iommu({ vendor: 'arm' })
    else if (/^\S+ \S{4,40}: Adding to iommu group \d|^iommu: Adding device \S{4,40} to group \d/.test(text))
      iommu({ enabled: true })
    const secure = /^(?:secureboot: |efi: )?Secure boot (enabled|disabled)\b/.exec(text)
    if (secure) facts.secureBoot = secure[1] === 'enabled'
    if (/^(?:Lockdown: |lockdown: )?Kernel is locked down from /.test(text)) facts.lockdown = true
    const magic = /^(\w{1,64}): version magic '([^']{0,120})' should be '([^']{0,120})'/.exec(text)
    if (magic) facts.versionMagic.push({ module: magic[1] ?? '', built: word(magic[2]), running: word(magic[3]) })
    const lost = /^NVRM: GPU (?:at PCI:)?([0-9a-f:.]{7,16}): GPU has fallen off the bus/i.exec(text)
    const pci = pciAddress(lost?.[1])
    if (pci !== null && !facts.gpusLost.includes(pci)) facts.gpusLost.push(pci)
    const sxid = /^nvidia-nvswitch\d*: SXid \(PCI:([0-9a-f:.]{7,16})\): (\d{1,6}), (.{0,200})$/i.exec(text)
    const at = pciAddress(sxid?.[1])
    if (sxid && at !== null && whole && facts.sxids.length < 100)
      facts.sxids.push({ pci: at, code: Number(sxid[2]), fatal: /^Fatal/.test(sxid[3] ?? ''), text: sxid[3] ?? '' })
  }
  return facts
}

function enabled(text: string): { enabled?: boolean } {
  if (/IOMMU disabled|AMD IOMMU disabled/.test(text)) return { enabled: false }
  // The AMD driver says what an IOMMU can do only after it has enabled it (drivers/iommu/amd/init.c).
  if (
    /IOMMU enabled|Virtualization Technology for Directed I\/O$|: Interrupt remapping enabled|AMD-Vi: (?:Found IOMMU|IOMMU performance counters supported)/.test(
      text,
    )
  )
    return { enabled: true }
  return {}
}

function word(text: string | undefined): string {
  return text?.split(' ')[0] ?? ''
}
