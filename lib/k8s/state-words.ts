import type { NodeStateFact } from '@/collectors/cluster/sriov-node-state/parse'
import { naming } from './from-findings'
import { type PfRow, pfRows } from './pf-rows'

/** Where the firmware's VF count does not fit the policies, in words; empty where it does. */
export function firmwareWords(state: NodeStateFact): string {
  const rows = pfRows(state)
  const off = rows.filter((row) => row.firmware === 'off')
  const other = rows.filter((row) => row.firmware === 'differs' || row.firmware === 'too-small')
  const parts = [
    ...(off.length === 0
      ? []
      : [
          `no totalvfs on ${of(off, rows)}: SR-IOV is off in firmware (SRIOV_EN) or in the BIOS, mstconfig tells which`,
        ]),
    ...groups(other).map(
      ([total, wanted, members]) =>
        `firmware runs ${total} VFs (totalvfs) and the policy asks ${wanted} on ${of(members, rows)}`,
    ),
  ]
  return parts.join('; ')
}

/** Where fewer VFs exist than asked, in words; empty where all do. */
export function missingWords(state: NodeStateFact): string {
  const rows = pfRows(state)
  const short = rows.filter((row) => row.created < row.wanted)
  if (short.length === 0) return ''
  const [have, want] = [sum(short, (row) => row.created), sum(short, (row) => row.wanted)]
  return `${have} of ${want} VFs exist on ${of(short, rows)}`
}

function of(some: readonly PfRow[], all: readonly PfRow[]): string {
  const names = naming(
    some.map((row) => row.label),
    2,
  )
  return `${names} (${some.length} of ${all.length} PFs)`
}

function groups(rows: readonly PfRow[]): [number | null, number, PfRow[]][] {
  const found = new Map<string, [number | null, number, PfRow[]]>()
  for (const row of rows) {
    const group = found.get(`${row.total}/${row.wanted}`) ?? [row.total, row.wanted, []]
    group[2].push(row)
    found.set(`${row.total}/${row.wanted}`, group)
  }
  return [...found.values()]
}

function sum(rows: readonly PfRow[], value: (row: PfRow) => number): number {
  return rows.reduce((total, row) => total + value(row), 0)
}
