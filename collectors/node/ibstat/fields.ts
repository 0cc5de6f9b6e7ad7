import type { IbstatDevice, IbstatPort } from './facts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** One `Key: value` line. */
export interface KeyValue {
  key: string
  value: string
  /** False for a last line without its line end: it counts only where its length is fixed. */
  ended: boolean
}

const WORD = /^\S.{0,200}$/
/** A version has its dots, so that the rest of one that a narrow terminal wrapped is none. */
const VERSION = /^\d{1,5}(?:\.\d{1,6}){1,3}(?:[-._]\S{1,40})?$/
/** Words of ibstat.c; anything else is a word that lost its end. */
const STATES = new Set(['Down', 'Initializing', 'Armed', 'Active'])
const PHYSICAL_STATES = new Set([
  'No state change',
  'Sleep',
  'Polling',
  'Disabled',
  'PortConfigurationTraining',
  'LinkUp',
  'LinkErrorRecovery',
  'PhyTest',
])
const GUID = /^0x[0-9a-fA-F]{16}$/

const KEY = /^[A-Za-z?][A-Za-z ?]{1,30}$/
const DEVICE_KEYS = new Set([
  'Number of ports',
  'Firmware version',
  'Hardware version',
  'Node GUID',
  'System image GUID',
])
const PORT_KEYS = new Set([
  'State',
  'Physical state',
  'Rate',
  'Effective speed',
  'Base lid',
  'LMC',
  'SM lid',
  'Capability mask',
  'Port GUID',
  'Link layer',
])

/** Reads a `Key: value` line; null for anything else. */
export function keyValue(text: string, ended: boolean): KeyValue | null {
  const colon = text.indexOf(':')
  const key = text.slice(0, Math.max(0, colon))
  if (!KEY.test(key)) return null
  return { key, value: text.slice(text.startsWith(' ', colon + 1) ? colon + 2 : colon + 1), ended }
}

/** Keys that stand in the head of a device. */
export function isDeviceKey(key: string): boolean {
  return DEVICE_KEYS.has(key) || key.endsWith(' type')
}

/** Keys that stand in a port. */
export function isPortKey(key: string): boolean {
  return PORT_KEYS.has(key)
}

export function setDevice(device: Writable<IbstatDevice>, { key, value, ended }: KeyValue): void {
  const word = ended && WORD.test(value) ? value : null
  if (key.endsWith(' type')) device.type = word
  if (key === 'Number of ports') device.portCount = count(value, ended)
  if (key === 'Firmware version') device.firmware = ended && VERSION.test(value) ? value : null
  if (key === 'Hardware version') device.hardware = word
  if (key === 'Node GUID') device.nodeGuid = GUID.test(value) ? value : null
  if (key === 'System image GUID') device.systemGuid = GUID.test(value) ? value : null
}

/** `???` is a state that the tool does not know: null. */
export function setPort(port: Writable<IbstatPort>, { key, value, ended }: KeyValue): void {
  if (key === 'State') port.state = ended && STATES.has(value) ? value : null
  if (key === 'Physical state') port.physicalState = ended && PHYSICAL_STATES.has(value) ? value : null
  if (key === 'Rate') port.rateGbps = ended ? rate(value) : null
  if (key === 'Effective speed') port.effectiveRateGbps = ended ? rate(value) : null
  if (key === 'Base lid') port.lid = count(value, ended)
  if (key === 'LMC') port.lmc = count(value, ended)
  if (key === 'SM lid') port.smLid = count(value, ended)
  if (key === 'Capability mask') port.capabilityMask = /^0x[0-9a-fA-F]{8}$/.test(value) ? value : null
  if (key === 'Port GUID') port.portGuid = GUID.test(value) ? value : null
  if (key === 'Link layer') port.linkLayer = value === 'InfiniBand' || value === 'Ethernet' ? value : null
}

function count(value: string, ended: boolean): number | null {
  return ended && /^\d{1,5}$/.test(value) ? Number(value) : null
}

/** Gb/s: integer, `2.5` for 1X SDR, `40 (FDR10)`. */
function rate(value: string): number | null {
  const number = /^(\d{1,5}(?:\.\d{1,3})?)(?: \(FDR10\))?$/.exec(value)?.[1]
  return number === undefined ? null : Number(number)
}
