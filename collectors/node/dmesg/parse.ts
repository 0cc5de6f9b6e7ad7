import { toolRefusal } from '@/lib/explain/tool-refusal'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import { Devices } from './devices'
import type { DmesgFacts } from './facts'
import { KERNEL_WORDS, type LogRecord, lineForm, records } from './records'
import type { Origin } from './rules'
import { Tally } from './tally'

const PREFIX =
  /^([\w-]{1,40}) ((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?: ([^\s:]{1,40})(?: \([a-z ]{1,30}\))?)?: (.*)$/i
const CALLER = /^\w{1,80}:\d{1,6}:\(pid \d{1,10}\): /

/** Reads a kernel log: dmesg (plain, -x, -T, -J, kmsg) or journalctl -k (short, short-iso, json). */
export function parseDmesg(capture: Capture): Parsed<DmesgFacts> {
  const refused = capture.lines.find((line) => REFUSED.test(line))?.trim()
  const found = records(
    capture.lines.filter((line) => !REFUSED.test(line) && !/^-- |^dmesg: |^Hint: /.test(line)),
    capture.text,
  )
  const kernel =
    capture.lines.some((line) => lineForm(line) !== 'bare') ||
    found.some((each) => each.json || KERNEL_WORDS.test(each.text))
  if (found.length > 0 && kernel) return ok(factsOf(found), refused === undefined ? {} : { errors: [refused] })
  if (refused !== undefined)
    return notOk('denied', 'needs-root', 'Reading the kernel log needs root or CAP_SYSLOG', [refused])
  const refusal = toolRefusal(capture.lines)
  if (refusal) return notOk(refusal.status, refusal.code, refusal.text, [refusal.line])
  if (/^-- No entries --|^No journal files were found/m.test(capture.text))
    return notOk('absent', 'other', 'The journal holds no kernel messages')
  return capture.text.trim() === ''
    ? notOk('absent', 'other', 'The kernel log is empty')
    : notOk('unreadable', 'bad-layout', 'No kernel message was found')
}

const REFUSED =
  /^(?:dmesg: (?:read kernel buffer failed|klogctl failed|cannot open \S+): (?:Operation not permitted|Permission denied)|.{0,80}insufficient permissions|Hint: You are currently not seeing messages)|^sudo: /

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
    const { from, text } = split(record.text)
    tally.read(record, from, text)
    if (from.driver !== null) devices.read(record, from, text, tally)
  }
  return { devices: devices.list, linkEvents: devices.events, ...facts, findings: tally.findings }
}

/** `mlx5_core 0000:18:00.0 ibp24s0: func:12:(pid 3): text` in its parts. */
function split(line: string): { from: Origin; text: string } {
  const match = PREFIX.exec(line)
  if (!match) return { from: { driver: null, pci: null, netdev: null }, text: line }
  const from = { driver: match[1] ?? null, pci: pciAddress(match[2]), netdev: match[3] ?? null }
  return { from, text: (match[4] ?? '').replace(CALLER, '') }
}

type Boot = Omit<DmesgFacts, 'devices' | 'linkEvents' | 'findings'>

/** State the kernel prints once: IOMMU, Secure Boot, lockdown; module magic, lost GPUs and NVSwitch errors. */
function boot(found: readonly LogRecord[]): Boot {
  const facts = {
    iommu: null as DmesgFacts['iommu'],
    secureBoot: null as boolean | null,
    lockdown: null as boolean | null,
    versionMagic: [] as DmesgFacts['versionMagic'][number][],
    gpusLost: [] as string[],
    sxids: [] as DmesgFacts['sxids'][number][],
    ...(/^(?:Linux version |Booting Linux on )/.test(found[0]?.text ?? '') ? { fromBoot: true as const } : {}),
  }
  const iommu = (part: Partial<NonNullable<DmesgFacts['iommu']>>) => {
    facts.iommu = { ...(facts.iommu ?? { vendor: null, enabled: null, defaultDomain: null, source: null }), ...part }
  }
  for (const { text, whole } of found) {
    const domain = /^iommu: Default domain type: (\w+)(?: \(set (?:via|by) ([^)]{1,60})\))?\s*$/.exec(text)
    if (domain && (whole || domain[2] !== undefined))
      iommu({ defaultDomain: domain[1] ?? null, source: domain[2] ?? null })
    if (/^DMAR: /.test(text)) iommu({ vendor: 'intel', ...enabled(text) })
    else if (/^(?:AMD-Vi|perf\/amd_iommu): /.test(text)) iommu({ vendor: 'amd', ...enabled(text) })
    else if (/^arm-smmu/.test(text)) iommu({ vendor: 'arm' })
    else if (/^\S+ \S{7,12}: Adding to iommu group \d/.test(text)) iommu({ enabled: true })
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
  if (/IOMMU enabled|Virtualization Technology for Directed I\/O$|Interrupt remapping enabled/.test(text))
    return { enabled: true }
  return {}
}

function word(text: string | undefined): string {
  return text?.split(' ')[0] ?? ''
}
