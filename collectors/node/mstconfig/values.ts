import { cellNumber, type MstconfigColumn, type MstconfigDevice, type MstconfigParam } from './facts'

const CELL =
  /\s*(?:Array\[\d+\.\.\d+\]|N\/A(?=\s|$)|[^\s()]+\(\d+\)|0x[0-9a-fA-F]+(?=\s|$|0x)|\d+(?=\s|$)|(?:[0-9A-F]{2}){3,32}(?=\s|$))/y

/**
 * Splits the value part of a row. Headers are not aligned with cells and a cell that fills its width is glued to the next
 * (mlxcfg_ui.cpp), so cells are told apart by grammar: `Array[a..b]`, `N/A`, `TEXT(number)`, hexadecimal, decimal, and from 4.36
 * the bytes of a field without `0x`.
 * @returns null when any part is none of these.
 */
export function cells(text: string): string[] | null {
  const out: string[] = []
  const end = text.trimEnd().length
  let at = 0
  while (at < end) {
    CELL.lastIndex = at
    const match = CELL.exec(text)
    if (match === null || out.length > 4) return null
    out.push(match[0].trim())
    at = CELL.lastIndex
  }
  return out
}

/** True when a cell cannot be the beginning of a longer one: what may stand at the very end of a text that was cut. */
export function closed(cell: string): boolean {
  return /[)\]]$/.test(cell) || cell === 'N/A'
}

const ORDER = ['default', 'current', 'next', 'new'] as const

/** A parameter from its raw cells; `N/A` and missing cells are null. */
export function toParam(name: string, raw: Readonly<Partial<Record<MstconfigColumn, string | null>>>): MstconfigParam {
  const param: Omit<MstconfigParam, 'pending'> = { name }
  for (const column of ORDER) {
    const cell = raw[column]
    if (cell !== undefined) param[column] = cell === 'N/A' ? null : cell
  }
  return Object.assign(param, { pending: isPending(param.current, param.next) })
}

function isPending(current: string | null | undefined, next: string | null | undefined): boolean | null {
  if (current === null || current === undefined || next === null || next === undefined) return null
  if (current.startsWith('Array[') || next.startsWith('Array[')) return null
  const from = cellNumber(current)
  const to = cellNumber(next)
  return from !== null && to !== null ? from !== to : current.toLowerCase() !== next.toLowerCase()
}

type Identity = Pick<MstconfigDevice, 'index' | 'type' | 'name' | 'device' | 'columns' | 'modified' | 'readOnly'>

/**
 * A device with everything that follows from its rows. `elided`: rows are known to be missing; `unfinished`: the table has no end, so
 * that nothing pending among its rows does not mean that nothing is.
 */
export function toDevice(
  identity: Identity,
  pci: string | null,
  params: readonly MstconfigParam[],
  elided: boolean,
  unfinished = elided,
): MstconfigDevice {
  const has = (column: 'current' | 'next') =>
    identity.columns ? identity.columns.includes(column) : params.some((row) => row[column] !== undefined)
  const known = has('current') && has('next') && params.length > 0
  const pending = params.filter((row) => row.pending === true).map((row) => row.name)
  return {
    ...identity,
    pci,
    params,
    pending: known && (pending.length > 0 || !unfinished) ? pending : null,
    effectiveVfs: effectiveVfs(params, elided),
    bluefieldMode: bluefieldMode(params, 'current'),
    bluefieldModeNext: bluefieldMode(params, 'next'),
  }
}

/** Fewest rows from which a table is taken for a whole one, so that a missing row means "not in this firmware". */
const WHOLE_TABLE = 12

/** PF_NUM_OF_VF governs when PF_NUM_OF_VF_VALID is True (host-formats §2.1); null when SR-IOV is off or a part is unknown. */
function effectiveVfs(params: readonly MstconfigParam[], elided: boolean): number | null {
  const current = (name: string) => {
    const row = params.find((entry) => entry.name === name)
    return row ? cellNumber(row.current) : undefined
  }
  const enabled = current('SRIOV_EN')
  if (enabled !== 1) return null
  const perPf = current('PF_NUM_OF_VF_VALID')
  if (perPf === 1) return current('PF_NUM_OF_VF') ?? null
  if (perPf === 0) return current('NUM_OF_VFS') ?? null
  const whole = perPf === undefined && !elided && params.length >= WHOLE_TABLE
  return whole ? (current('NUM_OF_VFS') ?? null) : null
}

const HOST_ROLES = ['INTERNAL_CPU_PAGE_SUPPLIER', 'INTERNAL_CPU_ESWITCH_MANAGER', 'INTERNAL_CPU_IB_VPORT0']

/** DPU: embedded CPU, ECPF roles, offload engine on. NIC: host roles, engine off (sriov-network-operator, pkg/vendors/mellanox). */
function bluefieldMode(params: readonly MstconfigParam[], column: 'current' | 'next'): 'dpu' | 'nic' | null {
  const value = (name: string) => cellNumber(params.find((row) => row.name === name)?.[column])
  const engine = value('INTERNAL_CPU_OFFLOAD_ENGINE')
  const model = value('INTERNAL_CPU_MODEL')
  const roles = HOST_ROLES.map(value)
  if (engine === 0 && model === 1 && roles.every((role) => role === 0 || role === null)) return 'dpu'
  if (engine === 1 && roles.every((role) => role === 1)) return 'nic'
  return null
}
