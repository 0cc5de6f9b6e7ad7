import type { TextLine } from '@/lib/explain/text-lines'
import type { IbstatDevice, IbstatPort } from './facts'
import { isDeviceKey, isPortKey, keyValue, setDevice, setPort } from './fields'

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type Open = Writable<IbstatDevice> & { found: Writable<IbstatPort>[] }

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
  const devices: Open[] = []
  let device: Open | null = null
  let port: Writable<IbstatPort> | null = null
  let seen = new Set<string>()
  let orphans = false
  let single = false
  for (const { text, ended } of lines) {
    const header = HEADER.exec(text)
    const number = PORT.exec(text)?.[1]
    const line = header || number !== undefined ? null : keyValue(text, ended)
    if (header) {
      device = { ...emptyDevice(header[2] ?? ''), found: [] }
      devices.push(device)
      single ||= header[1] === ':'
    } else if (number !== undefined && device?.found.some((each) => each.port === Number(number))) device = null
    if (header || number !== undefined) {
      seen = new Set()
      port = number === undefined || !device ? null : emptyPort(Number(number))
      if (port) device?.found.push(port)
      continue
    }
    if (!line) continue
    if (isDeviceKey(line.key)) {
      if (seen.has(line.key) || port || (device?.found.length ?? 0) > 0) device = port = null
      if (device) setDevice(device, line)
      else orphans = true
    } else if (isPortKey(line.key)) {
      if (seen.has(line.key)) port = null
      if (port) setPort(port, line)
      else orphans = true
    }
    seen.add(line.key)
  }
  const finished = devices.map(({ found, ...rest }) => ({
    ...rest,
    ports: found.length > 0 || rest.portCount === 0 ? found : null,
  }))
  return { devices: finished, orphans, single }
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
