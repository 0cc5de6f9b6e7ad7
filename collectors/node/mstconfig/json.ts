import { jsonValues } from '@/lib/explain/json-values'
import { pciAddress } from '@/lib/pci'
import type { MstconfigColumn } from './facts'
import type { Tables } from './table'
import { toDevice, toParam } from './values'

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const KEYS: readonly (readonly [string, MstconfigColumn])[] = [
  ['default_value', 'default'],
  ['current_value', 'current'],
  ['next_value', 'next'],
]

/** Reads the file of `mstconfig -j FILE q` (WriteSingleParam in mlxcfg_ui.cpp): numbers are JSON numbers, enums strings. */
export function parseJson(text: string): Tables {
  const tables: Tables = { devices: [], complete: true }
  for (const { value, complete } of jsonValues(text)) {
    if (!isFields(value)) continue
    if (!complete) tables.complete = false
    for (const [key, device] of Object.entries(value)) {
      const index = /^Device #(\d{1,4})$/.exec(key)?.[1]
      if (index === undefined || !isFields(device)) continue
      // A device that could not be opened has an error, or no parameters at all.
      if (!isFields(device.tlv_configuration) || Object.keys(device.tlv_configuration).length === 0)
        tables.complete = false
      tables.devices.push(toJsonDevice(Number(index), device, !complete))
    }
  }
  return tables
}

function toJsonDevice(index: number, device: Fields, elided: boolean) {
  const rows = isFields(device.tlv_configuration) ? Object.entries(device.tlv_configuration) : []
  const fields = rows.flatMap(([name, row]) => (isFields(row) ? [{ name, row }] : []))
  const printed = word(device.device)
  return toDevice(
    {
      index,
      type: word(device.device_type),
      name: word(device.name),
      device: printed,
      modified: fields.filter(({ row }) => row.modified === true).map(({ name }) => name),
      readOnly: fields.filter(({ row }) => row.read_only === true).map(({ name }) => name),
    },
    pciAddress(printed),
    fields.map(({ name, row }) => toParam(name, rawCells(row))),
    elided,
  )
}

function rawCells(row: Fields): Partial<Record<MstconfigColumn, string | null>> {
  const raw: Partial<Record<MstconfigColumn, string | null>> = {}
  for (const [key, column] of KEYS) {
    const value = row[key]
    if (typeof value === 'string' || typeof value === 'number') raw[column] = String(value)
  }
  return raw
}

function word(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value !== 'N/A' ? value : null
}
