/**
 * The storeys of the validation pyramid, bottom to top (DESIGN §3).
 * `reach` is the evidence strip under the pyramid: it is judged like a level but is not one.
 */
export const LEVELS = [
  { number: 1, id: 'platform', title: 'Platform and PCIe' },
  { number: 2, id: 'kernel', title: 'Kernel and boot' },
  { number: 3, id: 'drivers', title: 'Drivers and firmware' },
  { number: 4, id: 'links', title: 'Fabric links' },
  { number: 5, id: 'vfs', title: 'Virtual functions' },
  { number: 6, id: 'operators', title: 'Operators and plug-ins' },
  { number: 7, id: 'resources', title: 'Network resources' },
  { number: 8, id: 'pod', title: 'Workload pod' },
  { number: 9, id: 'rdma', title: 'RDMA benchmark' },
  { number: 10, id: 'nccl', title: 'NCCL all-reduce' },
] as const

export const REACH = { number: 0, id: 'reach', title: 'Evidence' } as const

/** A storey of the pyramid. */
export type LevelId = (typeof LEVELS)[number]['id']
/** Where a check may live: a storey, or the evidence strip. */
export type CheckLevel = LevelId | 'reach'

/** All folders of `lib/checks`, bottom to top. */
export const CHECK_LEVELS: readonly CheckLevel[] = [REACH.id, ...LEVELS.map((level) => level.id)]

/** Levels that decide a node's headline, exit codes and counters: 1 to 7. Above them only a run or a pod proves anything. */
export const REQUIRED_LEVELS: readonly LevelId[] = LEVELS.filter((level) => level.number <= 7).map((level) => level.id)

/** Title and number of a level or of the evidence strip. */
export function levelInfo(id: CheckLevel): { number: number; id: CheckLevel; title: string } {
  return LEVELS.find((level) => level.id === id) ?? REACH
}
