import type { Detail, Finding, FixStep } from './check'
import type { CheckLevel, LevelId } from './levels'
import type { ReadStatus } from './read'
import type { ShownState, State } from './verdict'

/** A read behind a verdict, by id: enough to open the evidence drawer. */
export interface EvidenceRef {
  /** `<collector>.<read>`. */
  id: string
  via: 'node' | 'kube' | 'log' | 'run' | 'history' | 'fleet'
  status: ReadStatus
  /** When it was read; null when never. */
  at: string | null
  reason?: string
}

/** A check judged for one node: the check's words, or the engine's (`unknown`, `blocked`). */
export interface JudgedCheck {
  id: string
  level: CheckLevel
  scope: 'node' | 'cluster'
  title: string
  state: Exclude<State, 'none' | 'running'>
  /** One sentence; for `unknown` what is missing and why, for `blocked` what was seen all the same. */
  summary: string
  findings: readonly Finding[]
  evidence: readonly Detail[]
  fix: readonly FixStep[]
  reason?: string
  params?: Readonly<Record<string, string | number | boolean>>
  /** Failed checks this one waits for. */
  blockedBy: readonly string[]
  /** Set when it passed although something it rests on failed, or a run above proves the opposite: a note in words. */
  contradiction?: string
  /** True when the evidence is past its budget; `summary` then starts with the last known value. */
  stale: boolean
  reads: readonly EvidenceRef[]
  /** When this state began, as far as the store knows. */
  since: string | null
  /**
   * What the check itself last said and since when, where that is not what is shown: the check is unknown or blocked now, or a run
   * turned its failure into a warning. What could not be seen for a while did not change (DESIGN §6).
   */
  known?: { state: 'pass' | 'warn' | 'fail' | 'skip'; since: string | null }
}

export interface LevelReport {
  id: CheckLevel
  number: number
  title: string
  state: State
  shown: ShownState
  /** How many checks in each state. */
  counts: Readonly<Partial<Record<State, number>>>
  /** One line for the storey: "7 of 7 checks OK", "2 of 9 failed", "Blocked by Missing VFs". */
  line: string
  blockedBy: readonly string[]
}

/** A cause found on a node. */
export interface NodeCause {
  id: string
  /** Groups the same cause over nodes: `id` plus normalised params. */
  signature: string
  title: string
  level: CheckLevel
  scope: 'node' | 'cluster'
  summary: string
  /** Check ids folded under it here. */
  explains: readonly string[]
  fix: readonly FixStep[]
  params: Readonly<Record<string, string | number | boolean>>
}

/** Everything the engine says of one node. Plain data: it is stored, sent, frozen and exported. */
export interface NodeReport {
  node: string
  /** Grows by one with every change; never goes back (I5). */
  revision: number
  /** Join of the required levels: what counters count. */
  state: 'pass' | 'warn' | 'fail' | 'unknown' | 'blocked'
  /** Lowest level with a failed check; null when none failed. */
  firstBroken: LevelId | null
  /** The page's sentence: headline cause, else the first failed check, else what is proved. */
  headline: string
  /** Highest required level proved from the bottom up; null when not even the first. */
  provedUpTo: LevelId | null
  levels: readonly LevelReport[]
  checks: readonly JudgedCheck[]
  /** Headline first. */
  causes: readonly NodeCause[]
  profile: string | null
  bootId: string | null
  /** Newest node read. */
  readAt: string | null
  /** True when everything shown is from before the last restart of Cairn and not read again yet. */
  stale: boolean
}
