import { cellNumber, type MstconfigFacts, param } from '@/collectors/node/mstconfig/facts'
import { pfLabel, type SriovPf } from '@/collectors/node/sriov/facts'
import { type OperatorView, wantedOfCard, wantedVfs } from './wanted-vfs'

/** One PF from policy to VF links, bottom to top; null where not known. */
export interface VfRow {
  pf: string
  /** policy → Next Boot → Current → sriov_totalvfs → sriov_numvfs → virtfn links → node state. */
  wanted: number | null
  next: number | null
  current: number | null
  total: number | null
  created: number | null
  links: number | null
  reported: number | null
  externallyManaged: boolean
  /** The first place where the row breaks, in words; null when it holds. */
  broken: string | null
  /** Kebab-case name of that place. */
  place: string | null
}

/** Column titles of the evidence table, in the order of `cellsOf`. */
export const VF_COLUMNS = [
  'PF',
  'Policy',
  'Next Boot',
  'Current',
  'totalvfs',
  'numvfs',
  'VF links',
  'Node state',
] as const

export function cellsOf(row: VfRow): (string | number | null)[] {
  return [row.pf, row.wanted, row.next, row.current, row.total, row.created, row.links, row.reported]
}

/** Builds the row of a PF. `usual` is the VF count that most PFs of its model on this node have, where there is one. */
export function vfRow(pf: SriovPf, view: OperatorView & { nicFirmware?: MstconfigFacts }, usual: number | null): VfRow {
  const want = wantedVfs(pf.pci, view)
  const policy = typeof want === 'object' ? want : null
  const firmware = firmwareVfs(pf.pci, view.nicFirmware)
  const row = {
    pf: pfLabel(pf),
    wanted: policy?.spec.numVfs ?? (want === 'none' ? 0 : null),
    ...firmware,
    total: pf.totalVfs,
    created: pf.numVfs,
    links: pf.vfs?.length ?? null,
    reported: policy?.state ? policy.state.vfs.length : null,
    externallyManaged: policy?.spec.externallyManaged ?? false,
  }
  const broken = breakOf(row, pf.pci === null ? null : wantedOfCard(pf.pci, view), want === 'unknown' ? usual : null)
  return { ...row, broken: broken?.text ?? null, place: broken?.place ?? null }
}

type Bare = Omit<VfRow, 'broken' | 'place'>

function breakOf(row: Bare, ofCard: number | null, usual: number | null): { place: string; text: string } | null {
  const wanted = row.wanted ?? 0
  const firmware = ofCard ?? wanted
  const short = wanted > 0 && row.created !== null && row.created < wanted
  const at = (place: string, text: string) => ({ place, text })
  // Links are counted first: a count that disagrees with itself needs no policy to be wrong.
  if (row.links !== null && row.created !== null && row.links !== row.created)
    return at('links', `sriov_numvfs is ${row.created} and ${row.links} VFs are linked`)
  if (row.total !== null && row.created !== null && row.created > row.total)
    return at('total', `sriov_numvfs is ${row.created}, sriov_totalvfs only ${row.total}`)
  if (short && row.next !== null && row.next < firmware)
    return at('next', `the policy wants ${wanted}, firmware offers ${row.next} at next boot`)
  if (short && row.current !== null && row.current < firmware)
    return at(
      'current',
      `the policy wants ${wanted}, firmware offers ${row.current} now (${row.next ?? 'not known'} at next boot)`,
    )
  if (short && (row.total ?? wanted) < wanted)
    return at('total', `the policy wants ${wanted}, the kernel offers sriov_totalvfs ${row.total}`)
  if (short) return at('numvfs', `the policy wants ${wanted}, sriov_numvfs is ${row.created}`)
  if (wanted > 0 && row.links !== null && row.links < wanted)
    return at('links', `the policy wants ${wanted}, ${row.links} VFs are linked`)
  if (wanted > 0 && row.reported !== null && row.links !== null && row.reported < wanted && row.links >= wanted)
    return at('node-state', `${row.links} VFs are linked, the node state lists ${row.reported}`)
  if (usual !== null && row.created !== null && row.created < usual)
    return at('siblings', `sriov_numvfs is ${row.created}, most PFs of this model here have ${usual}`)
  return null
}

/** Firmware VF counts of a function's card: read on function 0, shared by all functions (host-formats §15). */
export function firmwareVfs(
  pci: string | null,
  facts: MstconfigFacts | undefined,
): { next: number | null; current: number | null } {
  const card = pci?.slice(0, pci.lastIndexOf('.'))
  const device =
    facts?.devices.findLast((each) => each.pci === pci) ??
    facts?.devices.findLast((each) => each.pci !== null && each.pci === `${card}.0`)
  if (!device) return { next: null, current: null }
  const perPf = param(device, 'PF_NUM_OF_VF_VALID')
  const count = (column: 'current' | 'next') => {
    const name = cellNumber(perPf?.[column]) === 1 ? 'PF_NUM_OF_VF' : 'NUM_OF_VFS'
    return cellNumber(param(device, 'SRIOV_EN')?.[column]) === 0 ? 0 : cellNumber(param(device, name)?.[column])
  }
  return { next: count('next'), current: count('current') }
}

/** The VF count that more than half of at least three PFs of one model have; 0 is no expectation. */
export function usualCount(pf: SriovPf, pfs: readonly SriovPf[]): number | null {
  const counts = pfs.flatMap((other) =>
    other.deviceId === pf.deviceId && other.linkLayer === pf.linkLayer ? (other.numVfs ?? []) : [],
  )
  if (counts.length < 3) return null
  const usual = counts.find((count) => counts.filter((other) => other === count).length * 2 > counts.length)
  return usual === undefined || usual === 0 ? null : usual
}
