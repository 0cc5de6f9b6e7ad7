import { errorLines, failureOf } from '@/collectors/node/mstconfig/errors'
import { withoutHostPrefix } from '@/lib/explain/host-prefix'
import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import type { FlintDevice, FlintFacts } from './facts'

/** Text of `mstflint q`, `mlxfwmanager --query` or `mlxup`; several outputs in one text are several devices. */
export function parseFlint(capture: Capture): Parsed<FlintFacts> {
  if (capture.text.trim() === '') return notOk('absent', 'other', 'The tool printed nothing')
  const lines = withoutHostPrefix(withoutLogPrefix(capture.lines))
  const text = lines.join('\n')
  const errors = errorLines(lines)
  const ended = text.endsWith('\n') ? lines : lines.slice(0, -1)
  const devices = text.includes('<Device pciName="')
    ? fromXml(text)
    : ended.some((line) => /^\s*(?:PCI Device Name|Versions|Device Type):/.test(line))
      ? fromManager(ended)
      : fromFlint(ended)
  const opened = devices.filter((device) => device.updateStatus !== UNOPENED)
  if (opened.length > 0)
    return ok(
      {
        devices,
        restartNeeded: /Restart needed for updates to take effect/.test(text) ? true : null,
        ...(opened.length < devices.length || errors.some(isUnopened) ? { complete: false } : {}),
      },
      { errors },
    )
  const failure = failureOf(text)
  if (failure) return notOk(failure.status, failure.code, failure.text, errors)
  if (devices.length > 0) return notOk('unreadable', 'device-unreadable', 'No adapter could be opened', errors)
  if (/No devices found|Failed to retrieve device/i.test(text))
    return notOk('absent', 'device-missing', 'No adapter was found', errors)
  return notOk('unreadable', 'bad-layout', 'No firmware version was found', errors)
}

/** A card named only in an error. */
const isUnopened = (error: string) => /^(?:Cannot open Device|Failed to query \S+ device)/.test(error)

/** What mlxfwmanager puts for a card that would not open, below rows without values. */
const UNOPENED = 'Failed to open device'

/** `mlxfwmanager --query-format XML` (generateQueryXML): it prints no running version. A device counts only with its end. */
function fromXml(text: string): FlintDevice[] {
  return text.split('<Device ').flatMap((part) => {
    const end = part.indexOf('</Device>')
    if (end < 0 || !part.startsWith('pciName="')) return []
    const head = part.slice(0, part.indexOf('>'))
    const attribute = (source: string, name: string) =>
      new RegExp(`(?:^|\\s)${name}="([^"\n]{0,200})"`).exec(source)?.[1]?.trim()
    const firmware = /<FW [^>\n]{0,200}>/.exec(part.slice(0, end))?.[0] ?? ''
    const guids = /<GUIDs [^>\n]{0,200}>/.exec(part.slice(0, end))?.[0] ?? ''
    const guid = attribute(guids, 'Base_Guid')
    const device = known(attribute(head, 'pciName'))
    return [
      {
        ...empty(),
        device,
        pci: pciAddress(device),
        psid: known(attribute(head, 'psid')),
        partNumber: known(attribute(head, 'partNumber')),
        firmware: version(attribute(firmware, 'current')),
        availableFirmware: version(attribute(firmware, 'available')),
        updateStatus: known(/<Status>([^<\n]{1,100})<\/Status>/.exec(part.slice(0, end))?.[1]?.trim()),
        baseGuid: guid !== undefined && /^[0-9a-f]{16}$/i.test(guid) ? guid : null,
      },
    ]
  })
}

function empty(): FlintDevice {
  return {
    device: null,
    pci: null,
    psid: null,
    partNumber: null,
    firmware: null,
    runningFirmware: null,
    firmwarePending: null,
    availableFirmware: null,
    updateStatus: null,
    baseGuid: null,
    secure: null,
  }
}

const field = (line: string): [string, string] | null => {
  const match = /^\s*([A-Z][A-Za-z ()]{1,40}?):\s+(\S.*)$/.exec(line)
  return match ? [match[1] ?? '', (match[2] ?? '').trim()] : null
}
const known = (value: string | undefined): string | null =>
  value === undefined || value === '' || /^(?:N\/A|--)$/.test(value) ? null : value
const version = (value: string | undefined): string | null =>
  value !== undefined && /^\d+(?:\.\d+)+$/.test(value) && value !== '255.255.65535' && value !== '65535.65535.65535'
    ? value
    : null

/** Running is printed only where it differs; seen lines after it prove that it was not printed. */
function fromFlint(lines: readonly string[]): FlintDevice[] {
  const devices: (FlintDevice & { whole: boolean })[] = []
  for (const line of lines) {
    const [key, value] = field(line) ?? ['', '']
    let device = devices.at(-1)
    if (key === 'Image type' || (key === 'FW Version' && (device === undefined || device.firmware !== null))) {
      device = { ...empty(), whole: false }
      devices.push(device)
    }
    if (!device) continue
    if (key === 'FW Version') device.firmware = version(value)
    else if (key === 'FW Version(Running)') [device.runningFirmware, device.firmwarePending] = [version(value), true]
    else if (key === 'PSID') device.psid = known(value)
    else if (key === 'Part Number') device.partNumber = known(value)
    else if (key === 'Base GUID') device.baseGuid = /^([0-9a-f]{16})\b/i.exec(value)?.[1] ?? null
    else if (key === 'Security Attributes') device.secure = known(value) === null ? null : /\bsecure-fw\b/.test(value)
    if (/^(?:FW Release Date|Product Version|Rom Info|PSID|Description)$/.test(key)) device.whole = true
  }
  return devices
    .filter((device) => device.firmware !== null || device.psid !== null)
    .map((device) => (device.firmware === null ? { ...device, firmwarePending: null } : device))
    .map(({ whole, ...device }) =>
      whole && device.firmwarePending === null && device.firmware !== null
        ? { ...device, runningFirmware: device.firmware, firmwarePending: false }
        : device,
    )
}

/** Lines of a device come in this order; one that comes earlier again begins the next device. GUID and MAC come in either order. */
const ORDER = [
  'Device Type',
  'Part Number',
  'Description',
  'PSID',
  'PCI Device Name',
  'Base GUID',
  'Versions',
  'FW',
  'FW (Running)',
  'Status',
]

/** Rows `FW current available` below `Versions:`; a row `FW (Running)` appears only when a restart is due. */
function fromManager(lines: readonly string[]): FlintDevice[] {
  const devices: FlintDevice[] = []
  let reached = ORDER.length
  let archive = false
  for (const line of lines) {
    const row = /^\s*FW( \(Running\))?\s+(\S+)(?:\s+(\S+))?\s*$/.exec(line)
    const [key, value] = row ? [row[1] ? 'FW (Running)' : 'FW', ''] : (field(line) ?? ['', ''])
    const heading = /^\s*(?:Device|PSID) #\d+:\s*$/.test(line)
    const at = heading ? -1 : ORDER.indexOf(key)
    if (at < 0 && !heading) continue
    if (at <= reached) devices.push(empty())
    reached = at
    const device = devices.at(-1)
    if (!device) continue
    if (key === 'Versions') archive = value === 'Available'
    if (row?.[1]) [device.runningFirmware, device.firmwarePending] = [version(row[2]), true]
    // The list of an archive has images and no device.
    else if (row && archive) device.availableFirmware = version(row[2])
    else if (row) [device.firmware, device.availableFirmware] = [version(row[2]), version(row[3])]
    else if (key === 'Part Number') device.partNumber = known(value)
    else if (key === 'PSID') device.psid = known(value)
    else if (key === 'Base GUID') device.baseGuid = /^([0-9a-f]{16})$/i.exec(value)?.[1] ?? null
    else if (key === 'Status') device.updateStatus = known(value)
    else if (key === 'PCI Device Name') [device.device, device.pci] = [known(value), pciAddress(value)]
  }
  return devices.filter((device) => device.firmware !== null || device.psid !== null || device.device !== null)
}
