import { type ToolRefusal, toolRefusal } from '@/lib/explain/tool-refusal'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import { type DetailLine, withDetails } from './details'
import { emptyDevice, type PciDevice, type PciFacts } from './facts'
import { headOf, splitId } from './heads'
import { linkLayerOf, roleOf } from './role'

/** Functions a capture may list; more are dropped and the answer says so. */
const MAX_DEVICES = 4096

/** Reads `lspci` in any of its layouts. A function printed twice (inventory, then verbose) is one device. */
export function parseLspci(capture: Capture): Parsed<PciFacts> {
  const devices = new Map<string, PciDevice>()
  for (const device of [...blocks(capture.lines), ...records(capture.lines)].slice(0, MAX_DEVICES))
    devices.set(device.pci, merged(devices.get(device.pci), device))
  const found = [...devices.values()]
  const denied = capture.lines.some((line) => /^\s*Capabilities: <access denied>/.test(line))
  if (found.length > 0) {
    return denied
      ? ok(
          { devices: found, complete: false },
          { reason: { code: 'needs-root', text: 'Capabilities (link, SR-IOV, AER, ACS) need root' } },
        )
      : ok({ devices: found })
  }
  return nothing(capture)
}

function nothing({ lines, text }: Capture): Parsed<PciFacts> {
  if (text.trim() === '') return ok({ devices: [] })
  const refusal: ToolRefusal | null = toolRefusal(lines)
  if (refusal) return notOk(refusal.status, refusal.code, refusal.text, [refusal.line])
  const line = lines.find((each) => /^\s*(?:lspci|pcilib): /.test(each))?.trim()
  if (line !== undefined && /Cannot (?:open|find)|No such file/i.test(line))
    return notOk('absent', 'interface-missing', 'No PCI bus could be read here', [line])
  return notOk('unreadable', 'bad-layout', 'No PCI function was found')
}

/** Head lines with the lines below them. */
function blocks(lines: readonly string[]): PciDevice[] {
  const found: { head: PciDevice; details: DetailLine[] }[] = []
  for (const [at, line] of lines.entries()) {
    const whole = at < lines.length - 1
    const head = headOf(line, whole)
    if (head) found.push({ head, details: [] })
    else if (line.trim() === '' && at < lines.length - 1) continue
    else found.at(-1)?.details.push({ text: line.trim(), whole })
  }
  return found.map(({ head, details }) => finished(withDetails(head, details)))
}

/** `-vmm`: `Slot:`, `Class:`, `Vendor:`, `Device:`… one field a line. */
function records(lines: readonly string[]): PciDevice[] {
  const found: PciDevice[] = []
  let vendor: string | null = null
  for (const line of lines.slice(0, -1)) {
    const match = /^(Slot|Class|Vendor|Device|NUMANode|Driver|Rev):\t\s*(\S.*)$/.exec(line)
    if (!match) continue
    const [, field, value = ''] = match
    if (field === 'Slot') {
      const pci = pciAddress(value)
      if (pci !== null) found.push(emptyDevice(pci))
      vendor = null
      continue
    }
    const last = found.at(-1)
    if (!last) continue
    const { name, id } = splitId(value)
    if (field === 'Class') Object.assign(last, { class: name, classId: id })
    if (field === 'Vendor') {
      vendor = id
      last.name = name
    }
    if (field === 'Device') {
      last.name = [last.name, name].filter((each) => each !== null).join(' ') || null
      last.id = vendor !== null && id !== null ? `${vendor}:${id}` : null
    }
    if (field === 'NUMANode' && /^\d+$/.test(value)) last.numaNode = Number(value)
    if (field === 'Driver') last.driver = value
    if (field === 'Rev' && value === 'ff') last.lost = true
  }
  return found.map(finished)
}

function finished(device: PciDevice): PciDevice {
  const role = device.name === null && device.id === null ? null : roleOf(device)
  return { ...device, role, linkLayer: linkLayerOf({ ...device, role }) }
}

/** What an earlier listing left open is filled from the later one. */
function merged(known: PciDevice | undefined, device: PciDevice): PciDevice {
  if (!known) return device
  const open = Object.entries(device).filter(([key, value]) => value !== null && isOpen(known, key))
  return { ...known, ...Object.fromEntries(open) }
}

function isOpen(known: PciDevice, key: string): boolean {
  return (Object.entries(known).find(([name]) => name === key)?.[1] ?? null) === null
}
