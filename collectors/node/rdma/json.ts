import { jsonValues } from '@/lib/explain/json-values'
import { type Fields, type RdmaDevice, type RdmaFacts, type RdmaLink, type RdmaSystem, toDevice, toLink } from './facts'

type Row = Readonly<Record<string, unknown>>

/** The JSON form (`-j`, `-p`): arrays of rows. An empty array is a tool that saw nothing. Null: no such JSON stands in the text. */
export function jsonForm(text: string): RdmaFacts | null {
  const links: RdmaLink[] = []
  const devices: RdmaDevice[] = []
  let system: RdmaSystem | null = null
  let empty = false
  let cut = false
  for (const { value, complete } of jsonValues(text)) {
    const rows = (Array.isArray(value) ? value : [value]).filter(isRow)
    empty ||= Array.isArray(value) && value.length === 0
    cut ||= !complete
    rows.forEach((row, at) => {
      const fields = fieldsOf(row, complete || at < rows.length - 1)
      const name = typeof row.ifname === 'string' ? row.ifname : null
      const index = typeof row.ifindex === 'number' ? row.ifindex : null
      if (
        name !== null &&
        typeof row.port === 'number' &&
        (row.state !== undefined || row.physical_state !== undefined)
      )
        links.push(toLink(name, row.port, index, fields))
      else if (name !== null && (row.node_type !== undefined || row.node_guid !== undefined))
        devices.push(toDevice(name, index, fields))
      else if (isSystem(row)) system ??= toSystem(row)
    })
  }
  if (links.length === 0 && devices.length === 0 && !system) return empty && !cut ? { links: [] } : null
  return {
    ...(links.length > 0 ? { links } : {}),
    ...(devices.length > 0 ? { devices } : {}),
    ...(system ? { system } : {}),
    ...(cut ? { complete: false } : {}),
  }
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)

const isSystem = (row: Row) =>
  'netns' in row && ('copy-on-fork' in row || 'privileged-qkey' in row || Object.keys(row).length === 1)

function fieldsOf(row: Row, whole: boolean): Fields {
  return {
    whole,
    get(name) {
      const value = row[name]
      return typeof value === 'string' || typeof value === 'number' ? String(value) : null
    },
  }
}

function toSystem(row: Row): RdmaSystem {
  const onOff = (value: unknown) =>
    value === true || value === 'on' ? true : value === false || value === 'off' ? false : null
  return {
    netns: row.netns === 'shared' || row.netns === 'exclusive' ? row.netns : null,
    privilegedQkey: onOff(row['privileged-qkey']),
    copyOnFork: onOff(row['copy-on-fork']),
  }
}
