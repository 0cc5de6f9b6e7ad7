import type { InfinibandFacts, InfinibandPort } from '@/collectors/node/infiniband/facts'
import { textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** A port as ibstatus prints it: LIDs are hexadecimal there. */
export interface IbstatusPort extends InfinibandPort {
  device: string
  defaultGid: string | null
}

export interface IbstatusFacts {
  ports: readonly IbstatusPort[]
  complete?: boolean
}

const HEADER = /^Infiniband device '([^']{1,128})' port (\d{1,3}) status:$/
const LINE = /^(default gid|base lid|sm lid|state|phys state|rate|link_layer):\s*(.*)$/
const FATAL = /^Fatal error:\s+(\S.*)$/

/** Text of `ibstatus`. `unknown` stands for an unreadable file, and so does link layer `IB` (rdma-core infiniband-diags/scripts/ibstatus). */
export function parseIbstatus(capture: Capture): Parsed<IbstatusFacts> {
  const lines = textLines(capture.lines)
  const ports: Writable<IbstatusPort>[] = []
  const errors = lines.flatMap(({ text }) => FATAL.exec(text)?.[1] ?? [])
  let port: Writable<IbstatusPort> | null = null
  let seen = new Set<string>()
  let orphans = false
  for (const { text, ended } of lines) {
    const header = HEADER.exec(text)
    const [, key = '', value = ''] = LINE.exec(text) ?? []
    if (header) {
      port = emptyPort(header[1] ?? '', Number(header[2]))
      seen = new Set()
      ports.push(port)
    } else if (key !== '') {
      if (seen.has(key)) port = null
      seen.add(key)
      if (port) set(port, key, value, ended)
      else orphans = true
    }
  }
  if (ports.length === 0) {
    if (errors.some((error) => /No devices/.test(error)))
      return notOk('absent', 'device-missing', 'No RDMA device', errors)
    if (errors.length > 0) return notOk('absent', 'device-missing', 'No such RDMA device', errors)
    return notOk('unreadable', 'bad-layout', 'No port was found in the text', errors)
  }
  // Every port ends with its link layer.
  const whole = !orphans && errors.length === 0 && seen.has('link_layer')
  return ok<IbstatusFacts>({ ports, ...(whole ? {} : { complete: false }) }, { errors })
}

/** The fact `infiniband`: ports under their devices. */
export function infinibandOfIbstatus(facts: IbstatusFacts): InfinibandFacts {
  const ports = new Map<string, IbstatusPort[]>()
  for (const port of facts.ports) ports.set(port.device, [...(ports.get(port.device) ?? []), port])
  return {
    devices: [...ports].map(([name, own]) => ({ name, ports: own })),
    ...(facts.complete === false ? { complete: false } : {}),
  }
}

function set(port: Writable<IbstatusPort>, key: string, value: string, ended: boolean): void {
  const coded = ended ? /^(\d{1,2}): (\S.*)$/.exec(value) : null
  const code = coded ? Number(coded[1]) : null
  const lid = ended && /^0x[0-9a-fA-F]{1,4}$/.test(value) ? Number(value) : null
  if (key === 'default gid') port.defaultGid = /^(?:[0-9a-f]{4}:){7}[0-9a-f]{4}$/.test(value) ? value : null
  if (key === 'base lid') port.lid = lid
  if (key === 'sm lid') port.smLid = lid
  if (key === 'state') [port.stateCode, port.state] = [code, coded?.[2] ?? null]
  if (key === 'phys state') [port.physicalStateCode, port.physicalState] = [code, coded?.[2] ?? null]
  if (key === 'link_layer') port.linkLayer = value === 'InfiniBand' || value === 'Ethernet' ? value : null
  const rate = /^(\d{1,5}(?:\.\d{1,3})?) Gb\/sec(?: \((\d{1,2})X(?: ([A-Z0-9]+))?\))?$/.exec(value)
  if (key !== 'rate' || !rate || (!ended && !value.endsWith(')'))) return
  port.rateGbps = Number(rate[1])
  port.lanes = rate[2] === undefined ? null : Number(rate[2])
  port.speed = rate[3] ?? null
}

function emptyPort(device: string, port: number): Writable<IbstatusPort> {
  return {
    device,
    port,
    defaultGid: null,
    state: null,
    stateCode: null,
    physicalState: null,
    physicalStateCode: null,
    rateGbps: null,
    lanes: null,
    speed: null,
    lid: null,
    smLid: null,
    linkLayer: null,
  }
}
