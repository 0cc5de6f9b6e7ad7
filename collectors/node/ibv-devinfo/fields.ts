import type { InfinibandPort } from '@/collectors/node/infiniband/facts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** A port as ibv_devinfo prints it (EXPLAIN §3). */
export interface IbvPort extends Writable<InfinibandPort> {
  /** Bytes; 1024 on RoCE means that the network device has MTU 1500. */
  activeMtu: number | null
  lmc: number | null
  /** Gb/s of one lane, `-v` only. */
  laneRateGbps: number | null
}

export interface IbvDevice {
  name: string
  firmware: string | null
  boardId: string | null
  /** Decimal PCI device id; `vendor_id` is the OUI 0x02c9, not the PCI vendor. */
  vendorPartId: number | null
  nodeGuid: string | null
  portCount: number | null
  ports: readonly IbvPort[]
}

export function setDevice(device: Writable<IbvDevice>, key: string, value: string, ended: boolean): void {
  const word = ended && /^\S.{0,100}$/.test(value) ? value : null
  if (key === 'fw_ver') device.firmware = word
  if (key === 'board_id') device.boardId = word
  if (key === 'vendor_part_id') device.vendorPartId = count(value, ended)
  if (key === 'phys_port_cnt') device.portCount = count(value, ended)
  if (key === 'node_guid') device.nodeGuid = /^[0-9a-f]{4}(?::[0-9a-f]{4}){3}$/.test(value) ? value : null
}

/** Values with a number beside them end with a parenthesis, so that they are whole in any text. */
export function setPort(port: IbvPort, key: string, value: string, ended: boolean): void {
  const coded = /^([A-Za-z0-9][A-Za-z0-9_. ]{0,40}) \((\d{1,6})\)$/.exec(value)
  const word = coded && !/^invalid/i.test(coded[1] ?? '') ? (coded[1] ?? null) : null
  if (key === 'state') [port.state, port.stateCode] = [word, coded ? Number(coded[2]) : null]
  if (key === 'phys_state') [port.physicalState, port.physicalStateCode] = [word, coded ? Number(coded[2]) : null]
  if (key === 'active_mtu') port.activeMtu = word === null ? null : count(word, true)
  if (key === 'sm_lid') port.smLid = count(value, ended)
  if (key === 'port_lid') port.lid = count(value, ended)
  if (key === 'port_lmc') port.lmc = ended && /^0x[0-9a-f]{2}$/.test(value) ? Number(value) : null
  if (key === 'link_layer') port.linkLayer = value === 'InfiniBand' || value === 'Ethernet' ? value : null
  if (key === 'active_width') port.lanes = lanes(word)
  if (key === 'active_speed') port.laneRateGbps = lane(word)
  if (port.lanes !== null && port.lanes !== undefined && port.laneRateGbps !== null)
    port.rateGbps = port.lanes * port.laneRateGbps
}

function lanes(word: string | null): number | null {
  const found = /^(\d{1,2})X$/.exec(word ?? '')?.[1]
  return found === undefined ? null : Number(found)
}

function lane(word: string | null): number | null {
  const found = /^(\d{1,4}(?:\.\d{1,3})?) Gbps$/.exec(word ?? '')?.[1]
  return found === undefined ? null : Number(found)
}

function count(value: string, ended: boolean): number | null {
  return ended && /^\d{1,6}$/.test(value) ? Number(value) : null
}

export function emptyDevice(name: string): IbvDevice {
  return { name, firmware: null, boardId: null, vendorPartId: null, nodeGuid: null, portCount: null, ports: [] }
}

export function emptyPort(port: number): IbvPort {
  return {
    port,
    state: null,
    stateCode: null,
    physicalState: null,
    physicalStateCode: null,
    rateGbps: null,
    lanes: null,
    laneRateGbps: null,
    activeMtu: null,
    lid: null,
    smLid: null,
    lmc: null,
    linkLayer: null,
  }
}
