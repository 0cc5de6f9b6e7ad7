import { pciAddress } from '@/lib/pci'
import { emptyDevice, type PciDevice } from './facts'

const HEAD = /^\s{0,16}((?:[0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]) (\S.*)$/

/** True for a line that begins with an address: whatever it is, the function above ends there. */
export function isHeadLike(line: string): boolean {
  return HEAD.test(line)
}

/** True for a head of `lspci -nn` whose end (`[vendor:device]`) stands on the next line, or with a bracket still open. */
export function isTorn(line: string): boolean {
  const rest = HEAD.exec(line)?.[2]
  if (rest === undefined || rest.startsWith('"')) return false
  if ((rest.match(/\[/g)?.length ?? 0) > (rest.match(/\]/g)?.length ?? 0)) return true
  return /^[^:[\]]{1,80} \[[0-9a-f]{4}\]: /i.test(rest) && !/\[[0-9a-f]{4}:[0-9a-f]{4}\]/i.test(rest)
}

/**
 * The line that opens a function: `lspci`, `-n`, `-nn` or `-mm`. Null for any other line.
 * @param whole false for the unterminated last line of a capture: what may be cut is then not known
 */
export function headOf(line: string, whole: boolean): PciDevice | null {
  const match = HEAD.exec(line)
  const pci = pciAddress(match?.[1])
  const rest = match?.[2]?.trimEnd()
  if (pci === null || rest === undefined) return null
  const device = emptyDevice(pci)
  if (rest.startsWith('"')) return machineHead(device, rest, whole)
  return wordHead(device, rest, whole)
}

function wordHead(device: PciDevice, rest: string, whole: boolean): PciDevice | null {
  const colon = rest.indexOf(': ')
  if (colon < 0) return null
  const [kind, text] = [rest.slice(0, colon), rest.slice(colon + 2)]
  if (/^[0-9a-f]{4}$/i.test(kind)) {
    const id = /^([0-9a-f]{4}:[0-9a-f]{4})(?: |$)/i.exec(text)?.[1]
    return id === undefined
      ? null
      : Object.assign(device, { classId: kind.toLowerCase(), id: id.toLowerCase() }, lostOf(text))
  }
  const classes = /^([A-Z0-9][^[\]]{0,80}?)(?: \[([0-9a-f]{4})\])?$/i.exec(kind)
  if (!classes || !/[a-z]{3}/i.test(classes[1] ?? '')) return null
  const bare = text.replace(/ \(prog-if [^)]{0,80}\)?\s*$/, '').trimEnd()
  const done = whole || bare !== text.trimEnd() || /(?:\[[0-9a-f]{4}:[0-9a-f]{4}\]|\(rev [0-9a-f]{2}\))$/i.test(bare)
  const named = bare.replace(/ \(rev [0-9a-f]{2}\)$/i, '')
  const id = /^(.*?) ?\[([0-9a-f]{4}:[0-9a-f]{4})\]$/i.exec(named)
  device.class = classes[1] ?? null
  device.classId = classes[2]?.toLowerCase() ?? null
  device.id = id?.[2]?.toLowerCase() ?? null
  // `-nn` prints both ids or none: without the second the line is torn.
  device.name = done && (id !== null || classes[2] === undefined) ? (id?.[1] ?? named) || null : null
  return Object.assign(device, lostOf(text))
}

/** `-mm`: "Class [0207]" "Vendor [15b3]" "Device [1021]" -r00 "SVendor" "SDevice". */
function machineHead(device: PciDevice, rest: string, whole: boolean): PciDevice | null {
  const cells = [...rest.matchAll(/"([^"]*)"/g)].slice(0, 3).map((each) => each[1] ?? '')
  if (cells.length < 3) return whole ? null : device
  const [kind, vendor, model] = cells.map(splitId)
  const id = vendor?.id && model?.id ? `${vendor.id}:${model.id}` : null
  return {
    ...device,
    class: kind?.name ?? null,
    classId: kind?.id ?? null,
    id,
    name: [vendor?.name, model?.name].filter((each) => each).join(' ') || null,
    ...lostOf(rest.replace(/ -rff\b/, ' (rev ff)')),
  }
}

/** `Mellanox Technologies [15b3]` or a bare number. */
export function splitId(cell: string): { name: string | null; id: string | null } {
  if (/^[0-9a-f]{4}$/i.test(cell)) return { name: null, id: cell.toLowerCase() }
  const match = /^(.*?) ?\[([0-9a-f]{4})\]$/i.exec(cell)
  return match ? { name: match[1] || null, id: match[2]?.toLowerCase() ?? null } : { name: cell || null, id: null }
}

function lostOf(text: string): { lost?: true } {
  return /\(rev ff\)/i.test(text) ? { lost: true } : {}
}
