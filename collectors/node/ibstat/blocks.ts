import type { TextLine } from '@/lib/explain/text-lines'
import type { IbstatDevice, IbstatPort } from './facts'
import { isDeviceKey, isPortKey, keyValue, setDevice, setPort } from './fields'

type Writable<T> = { -readonly [K in keyof T]: T[K] }
interface Open {
  device: Writable<IbstatDevice>
  ports: Writable<IbstatPort>[]
}

/** `CA 'mlx5_0'`, or `CA: 'mlx5_0'` where one port was asked for. */
const HEADER = /^(?:CA|Switch|Router|iWARP RNIC|\?\?\?)(:?) '([^']{1,128})'$/
const PORT = /^Port (\d{1,3}):$/

/** What stands in the text, and whether something in it belongs to nobody because a heading line is lost. */
export interface Blocks {
  devices: IbstatDevice[]
  /** Lines without an owner were left out. */
  orphans: boolean
  /** Only one port was asked for. */
  single: boolean
}

/** Devices and ports by their heading lines. A key that comes twice under one heading belongs to a block whose heading is lost. */
export function toBlocks(lines: readonly TextLine[]): Blocks {
  const blocks: Open[] = []
  let block: Open | null = null
  let port: Writable<IbstatPort> | null = null
  let seen: string[] = []
  let orphans = false
  let single = false
  for (const { text, ended } of lines) {
    const header = text.endsWith("'") ? HEADER.exec(text) : null
    const number = text.startsWith('Port ') ? PORT.exec(text)?.[1] : undefined
    if (header) {
      block = { device: emptyDevice(header[2] ?? ''), ports: [] }
      blocks.push(block)
      single ||= header[1] === ':'
    } else if (number !== undefined && block?.ports.some((each) => each.port === Number(number))) block = null
    if (header || number !== undefined) {
      seen = []
      port = number === undefined || !block ? null : emptyPort(Number(number))
      if (port) block?.ports.push(port)
      continue
    }
    const line = keyValue(text, ended)
    if (!line) continue
    if (isDeviceKey(line.key)) {
      if (seen.includes(line.key) || port || (block?.ports.length ?? 0) > 0) block = port = null
      if (block) setDevice(block.device, line)
      else orphans = true
      seen.push(line.key)
    } else if (isPortKey(line.key)) {
      if (seen.includes(line.key)) port = null
      if (port) setPort(port, line)
      else orphans = true
      seen.push(line.key)
    }
  }
  for (const { device, ports } of blocks) device.ports = ports.length > 0 || device.portCount === 0 ? ports : null
  return { devices: blocks.map(({ device }) => device), orphans, single }
}

export function emptyDevice(name: string): IbstatDevice {
  return {
    name,
    type: null,
    portCount: null,
    firmware: null,
    hardware: null,
    nodeGuid: null,
    systemGuid: null,
    ports: null,
  }
}

function emptyPort(port: number): Writable<IbstatPort> {
  return {
    port,
    state: null,
    physicalState: null,
    rateGbps: null,
    effectiveRateGbps: null,
    lid: null,
    lmc: null,
    smLid: null,
    capabilityMask: null,
    portGuid: null,
    linkLayer: null,
  }
}
