import { type ToolRefusal, toolRefusal } from '@/lib/explain/tool-refusal'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import { type DetailLine, withDetails } from './details'
import { emptyDevice, type PciDevice, type PciFacts } from './facts'
import { headOf, isHeadLike, isTorn, splitId } from './heads'
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

function nothing({ lines }: Capture): Parsed<PciFacts> {
  // lspci says nothing where nothing matches; a shell's prompt and the command are no output.
  if (lines.every((line) => line.trim() === '' || PROMPT.test(line) || isPrompt(line))) return ok({ devices: [] })
  const refusal: ToolRefusal | null = toolRefusal(lines)
  if (refusal) return notOk(refusal.status, refusal.code, refusal.text, [refusal.line])
  const line = lines.find((each) => /^\s*(?:lspci|pcilib): /.test(each))?.trim()
  if (line !== undefined && /Cannot (?:open|find)|No such file/i.test(line))
    return notOk('absent', 'interface-missing', 'No PCI bus could be read here', [line])
  return notOk('unreadable', 'bad-layout', 'No PCI function was found')
}

/** A command echoed by a shell: `[root@gpu-01 ~]# lspci -vvv -s 18:00.0 | grep LnkSta`. */
const PROMPT = /^\s{0,8}(?:(?:\S.{0,100}?)?[#$%>❯+] {0,3})?(?:sudo )?(?:\S{0,40}\/)?lspci(?: -| *$| *\|)(.*)$/

/** True for such a line. */
export function isLspciCommand(line: string): boolean {
  return line.includes('lspci') && PROMPT.test(line)
}

/** True for a shell's prompt and nothing else. */
export function isPrompt(line: string): boolean {
  return /^\s{0,8}\S.{0,100}[#$%>❯]\s*$/.test(line)
}

/** What a loop over functions prints between them: `== 0000:18:00.0 ==`, `18:00.0`. */
const BARE = /^[\s=#*>~.:[\]()-]{0,16}((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])[\s=#*<~.:[\]()-]{0,16}$/i
const MAX_BARE = 50
/** The one function that a command asks for. */
const SLOT = /s ?((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\b/i

/** The address a command asks for, or a loop announces; null where a line does neither. */
export function announced(line: string): string | null {
  const command = line.includes('lspci') ? PROMPT.exec(line)?.[1] : undefined
  const slot = command === undefined ? undefined : SLOT.exec(command)?.[1]
  return pciAddress(slot ?? (line.length <= MAX_BARE ? BARE.exec(line)?.[1] : undefined))
}

/** Head lines with the lines below them. */
function blocks(lines: readonly string[]): PciDevice[] {
  const found: { head: PciDevice; details: DetailLine[] }[] = []
  // Lines below an address nobody can read, or below another command, are no one's.
  let open = false
  for (const [at, line] of untorn(lines).entries()) {
    const whole = at < lines.length - 1
    const isHead = isHeadLike(line)
    const head = isHead ? headOf(line, whole) : null
    const slot = head === null && whole ? announced(line) : null
    if (head) found.push({ head, details: [] })
    else if (slot !== null) found.push({ head: emptyDevice(slot), details: [] })
    if (isHead || slot !== null || isLspciCommand(line)) open = head !== null || slot !== null
    else if (line.trim() === '' && whole) continue
    else if (open) found.at(-1)?.details.push({ text: line.trim(), whole })
  }
  return found
    .map(({ head, details }) => finished(withDetails(head, details)))
    .filter(
      (device) => device.class !== null || device.classId !== null || device.link !== null || device.sriov !== null,
    )
}

/** Joins heads that a terminal has broken in two. The number of lines stays, so that the last one is still the last. */
function untorn(lines: readonly string[]): string[] {
  const joined = [...lines]
  for (const [at, line] of lines.entries()) {
    const next = lines[at + 1]
    if (next === undefined || next === '' || /^\s/.test(next) || isHeadLike(next) || !isTorn(line)) continue
    if (PROMPT.test(next) || /^(?:pcilib|lspci): /.test(next)) continue
    joined[at] = `${line.replace(/\s{2,}$/, '')}${next}`
    joined[at + 1] = ''
  }
  return joined
}

const FIELD = /^(Slot|Class|Vendor|Device|NUMANode|Driver|Rev):\s{1,12}(\S.*?)\s*$/

/** `-vmm`: `Slot:`, `Class:`, `Vendor:`, `Device:`… one field a line. */
function records(lines: readonly string[]): PciDevice[] {
  const found: PciDevice[] = []
  let vendor: string | null = null
  for (const line of lines.slice(0, -1)) {
    const match = FIELD.exec(line)
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
  device.role = device.name === null && device.id === null ? null : roleOf(device)
  device.linkLayer = linkLayerOf(device)
  return device
}

/** What an earlier listing left open is filled from the later one. */
function merged(known: PciDevice | undefined, device: PciDevice): PciDevice {
  if (!known) return device
  const before = new Map<string, unknown>(Object.entries(known))
  const open = Object.entries(device).filter(([key, value]) => value !== null && (before.get(key) ?? null) === null)
  return Object.assign(known, Object.fromEntries(open))
}
