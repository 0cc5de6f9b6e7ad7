import type { InfinibandDevice, InfinibandPort } from '@/collectors/node/infiniband/facts'
import { pciAddress } from '@/lib/pci'
import { decimal, type Entry } from './entries'

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type Port = Omit<Writable<InfinibandPort>, 'counters' | 'hwCounters'> & {
  counters: Record<string, number>
  hwCounters: Record<string, number>
}
type Device = Omit<Writable<InfinibandDevice>, 'ports'> & { ports: Port[] }

/** Widths of PMA counters that stop at their end instead of wrapping (IBTA PortCounters; host-formats §5). */
const SATURATES_AT: Readonly<Record<string, number>> = {
  excessive_buffer_overrun_errors: 15,
  local_link_integrity_errors: 15,
  link_downed: 255,
  link_error_recovery: 255,
  symbol_error: 65_535,
}
/** Below a device. */
const PORT_FOLDER = /^ports\/(\d{1,3})\/(?:(counters|hw_counters|pkeys)\/)?$/
const DEVICE_FILE = /^(?:fw_ver|hca_type|board_id|node_guid)$/
const LINKS = /^([^/]+)(\/device(?:\/(net|physfn))?)?$/

/**
 * RDMA devices of `/sys/class/infiniband`, in the order of the capture.
 * @param looked true for our own read, which prints every link: a device without a `physfn` link is then no VF.
 */
export function toDevices(list: readonly Entry[], looked: boolean): InfinibandDevice[] {
  const devices = new Map<string, Device>()
  const of = (name: string): Device => {
    const device = devices.get(name) ?? newDevice(name)
    devices.set(name, device)
    return device
  }
  let folder = ''
  let place: RegExpExecArray | null = null
  for (const { path, first, tree, value } of list) {
    if (tree === 'net' || tree === 'pci' || value === null || first === '') continue
    const own = path.slice(first.length + 1)
    const file = own.lastIndexOf('/') + 1
    if (file === 0) {
      if (DEVICE_FILE.test(own)) setField(of(first), own, value)
      continue
    }
    // Files of one folder follow each other.
    if (file !== folder.length || !own.startsWith(folder)) {
      folder = own.slice(0, file)
      place = PORT_FOLDER.exec(folder)
    }
    if (place && file < own.length) setPort(of(first), Number(place[1]), place[2], own.slice(file), value)
  }
  for (const { path, target } of list) if (target !== null) setLink(devices, path, target)
  for (const device of devices.values()) {
    if (looked && device.vf === null && device.pci !== null) device.vf = false
    for (const port of device.ports) finish(port)
  }
  return [...devices.values()]
}

function newDevice(name: string): Device {
  return {
    name,
    type: null,
    firmware: null,
    psid: null,
    nodeGuid: null,
    pci: null,
    vf: null,
    software: null,
    netdev: null,
    ports: [],
  }
}

function setField(device: Device, file: string, value: string): void {
  const known = value === '' ? null : value
  if (file === 'fw_ver') device.firmware = known
  if (file === 'hca_type') device.type = known
  if (file === 'board_id') device.psid = known
  if (file === 'node_guid') device.nodeGuid = known
}

function setPort(device: Device, number: number, group: string | undefined, file: string, value: string): void {
  let port = device.ports.find((entry) => entry.port === number)
  if (!port) {
    port = {
      port: number,
      state: null,
      physicalState: null,
      rateGbps: null,
      lid: null,
      smLid: null,
      linkLayer: null,
      stateCode: null,
      physicalStateCode: null,
      lanes: null,
      speed: null,
      counters: {},
      hwCounters: {},
    }
    device.ports.push(port)
  }
  const count = decimal(value)
  if (group === 'counters' && count !== null) port.counters[file] = count
  else if (group === 'hw_counters' && count !== null) port.hwCounters[file] = count
  else if (group === 'pkeys' && file === '0') port.pkey0 = /^0x[0-9a-fA-F]{4}$/.test(value) ? value : null
  else if (group === undefined) setPortFile(port, file, value)
}

function setPortFile(port: Port, file: string, value: string): void {
  const coded = file === 'state' || file === 'phys_state' ? /^(\d{1,2}): (\S.*)$/.exec(value) : null
  const rate =
    file === 'rate' ? /^(\d{1,5}(?:\.\d{1,3})?) Gb\/sec(?: \((\d{1,2})X(?: ([A-Z0-9]+))?\))?$/.exec(value) : null
  if (file === 'state' && coded) [port.stateCode, port.state] = [Number(coded[1]), coded[2] ?? null]
  if (file === 'phys_state' && coded)
    [port.physicalStateCode, port.physicalState] = [Number(coded[1]), coded[2] ?? null]
  if (rate)
    [port.rateGbps, port.lanes, port.speed] = [
      Number(rate[1]),
      rate[2] === undefined ? null : Number(rate[2]),
      rate[3] ?? null,
    ]
  if (file === 'link_layer') port.linkLayer = value === 'InfiniBand' || value === 'Ethernet' ? value : null
  if (file === 'lid' && /^0x[0-9a-fA-F]{1,4}$/.test(value)) port.lid = Number(value)
  if (file === 'sm_lid' && /^0x[0-9a-fA-F]{1,4}$/.test(value)) port.smLid = Number(value)
}

function setLink(devices: ReadonlyMap<string, Device>, path: string, target: string): void {
  const match = LINKS.exec(path)
  const device = devices.get(match?.[1] ?? '')
  if (!match || !device) return
  const [, , below, what] = match
  if (below === undefined && target.includes('/devices/virtual/')) device.software = true
  if (what === 'physfn') device.vf = true
  if (what === 'net') device.netdev = device.netdev ?? target
  if (what !== undefined) return
  // Behind `NAME -> …/0000:18:00.0/infiniband/NAME` and `NAME/device -> …/0000:18:00.0` the last address is the function.
  const last = target.split('/').findLast((part) => pciAddress(part) !== null)
  device.pci = pciAddress(last) ?? device.pci
  if (device.pci !== null) device.software = false
}

function finish(port: Port): void {
  port.saturated = Object.entries(port.counters).flatMap(([name, value]) =>
    value === SATURATES_AT[name] ? [name] : [],
  )
}
