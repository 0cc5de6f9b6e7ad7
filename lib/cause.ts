import type { FixStep, Verdict } from './check'
import type { Facts } from './facts'
import type { CheckLevel } from './levels'
import type { Profile } from './profile'

/** A verdict as a cause sees it: the check's own words, or the engine's. */
export interface JudgedVerdict
  extends Pick<Verdict, 'summary' | 'findings' | 'reason' | 'params' | 'evidence' | 'fix'> {
  check: string
  level: CheckLevel
  status: 'pass' | 'warn' | 'fail' | 'skip' | 'unknown' | 'blocked'
}

export interface CauseInput {
  node: string | null
  profile: Profile | null
  /** All verdicts of the node (its own and the cluster's), by check id. */
  verdicts: Readonly<Record<string, JudgedVerdict | undefined>>
  /** Facts that were read. Every one may be missing. */
  facts: Readonly<Partial<Facts>>
}

/** What a cause says of one node. */
export interface CauseMatch {
  /** One sentence in the form: what is wrong — because (value vs expected) — do this. */
  summary: string
  /** Ids of the checks whose verdicts this explains here. */
  explains: readonly string[]
  fix: readonly FixStep[]
  /** Normalised values that make two nodes' causes the same (no node names, no times): part of the signature. */
  params: Readonly<Record<string, string | number | boolean>>
}

/** Names what is really wrong, from a pattern of verdicts and facts. One file a cause. */
export interface Cause {
  /** Kebab-case; equals the file name. */
  id: string
  title: string
  /** Level the cause sits at; may be above its symptoms. */
  level: CheckLevel
  scope: 'node' | 'cluster'
  /** Check ids it may explain. */
  explains: readonly string[]
  /** Higher wins a symptom that two causes claim: more specific evidence (0 hypothesis … 100 read directly). */
  specificity: number
  why: string
  refs: readonly string[]
  match(input: CauseInput): CauseMatch | null
  examples: readonly CauseExample[]
}

export interface CauseExample {
  name: string
  node?: string
  verdicts: readonly JudgedVerdict[]
  facts?: Partial<Facts>
  matches: boolean
}

/** Declares a cause. */
export function cause(spec: Cause): Cause {
  return spec
}
