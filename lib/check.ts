import type { FactId, Facts } from './facts'
import type { CheckLevel } from './levels'
import type { Profile } from './profile'

/** What a check may say. `unknown` and `blocked` are the engine's words alone (DESIGN §1.1). */
export type CheckStatus = 'pass' | 'warn' | 'fail' | 'skip'

/** Evidence a check shows: a closed union, so that a new check needs no UI work. */
export type Detail =
  | { kind: 'table'; title: string; columns: readonly string[]; rows: readonly TableRow[] }
  /** Lines of a raw answer; `mark` is the part (or the whole line) that decided. */
  | { kind: 'lines'; title: string; source: string; lines: readonly { text: string; mark?: boolean }[] }
  | {
      kind: 'value'
      label: string
      value: string | number
      unit?: string
      expected: string | number
      source: string
      ok: boolean
    }
  | { kind: 'diff'; title: string; left: { label: string; text: string }; right: { label: string; text: string } }
  | { kind: 'yaml'; title: string; text: string }

export interface TableRow {
  cells: readonly (string | number | null)[]
  /** True where this row is why the verdict is not a pass. */
  deviates?: boolean
}

/** What one part of the node (PF, VF, rail, pod, pool, component) contributes to the verdict. */
export interface Finding {
  /** PCI address, pod, pool, policy, component: what is blamed. */
  subject: string
  status: 'pass' | 'warn' | 'fail'
  /** What is wrong with it and the values compared. */
  summary: string
  /**
   * Of a cluster-scope check: the nodes this is about, where the facts tell. The engine hands it to no other node that it judges
   * (one node's missing driver pod breaks that node, not the fleet). Absent: every node.
   */
  nodes?: readonly string[]
}

/** One step of a fix. Shown, never run. */
export interface FixStep {
  text: string
  /** Built from live values; every value quoted (`lib/shell.ts`). */
  command?: string
  risk: 'none' | 'config' | 'restart-pods' | 'drain' | 'reboot' | 'power-cycle'
  minutes?: number
  /** How to see that the step worked. */
  verify?: string
}

/** A check's answer for one node (or for the cluster). */
export interface Verdict {
  status: CheckStatus
  /** One sentence: what is, with the values compared ("NUM_OF_VFS is 16 now and 8 at next boot on 8 of 8 adapters"). */
  summary: string
  /** Per device, in order; deviating ones first. Required for per-device checks. */
  findings?: readonly Finding[]
  evidence?: readonly Detail[]
  fix?: readonly FixStep[]
  /** Machine-readable reason, kebab-case; with `params` it makes the cause's signature. */
  reason?: string
  /** Normalised values of the reason (no node names, no times). */
  params?: Readonly<Record<string, string | number | boolean>>
}

/** Not a verdict: the check says that its facts lack what decides. The engine turns it into `unknown`. */
export interface Lacking {
  status: 'lacking'
  /** What is missing, as a clause ("mstconfig printed no Current column"). */
  what: string
  /** How to get it. */
  fix?: readonly FixStep[]
}

/** Says that the facts do not hold what decides; the engine shows `unknown` with this reason. */
export function lacking(what: string, fix?: readonly FixStep[]): Lacking {
  return fix ? { status: 'lacking', what, fix } : { status: 'lacking', what }
}

/** What a check knows besides its facts. No clock: ages and "since" are facts. */
export interface Context {
  /** Node judged; null for a cluster-scope check, and for a capture that names no node. */
  node: string | null
  /** What this kind of node should have; null when no profile matched: count and threshold checks then use `fleet`, and say so. */
  profile: Profile | null
}

export interface CheckExample<N extends FactId = FactId, W extends FactId = FactId> {
  name: string
  facts: Pick<Facts, N> & Partial<Pick<Facts, W>>
  context?: Partial<Context>
  status: CheckStatus | 'lacking'
}

/** A pure function from declared facts and expectations to a verdict. One file a check; see docs/adding-a-check.md. */
export interface Check<N extends FactId = FactId, W extends FactId = FactId> {
  /** Kebab-case noun of the fault; equals the file name. */
  id: string
  /** Equals the folder name. */
  level: CheckLevel
  /** node: judged once per node. cluster: judged once, shown on every node. */
  scope?: 'node' | 'cluster'
  /** True sentence fragments without a period, at most 72 characters. */
  title: { pass: string; fail: string }
  /** Why it matters, two or three sentences. */
  why: string
  /** Where the rule comes from: tool source, file, document, research section. */
  refs: readonly string[]
  /** Facts that must be there: without any one of them the engine says `unknown`. */
  needs: readonly N[]
  /** Facts that make the answer richer or stricter. Taking one away may never make the verdict better. */
  wants?: readonly W[]
  /**
   * Of these wants at least one must be there: for a fault that several sources show by themselves (an object, its event, a log).
   * `run` must then cope with each of them alone.
   */
  anyOf?: readonly W[]
  /** Checks whose failure would explain this one: it is then `blocked`, unless it passes. */
  after: readonly string[]
  run(facts: Pick<Facts, N> & Partial<Pick<Facts, W>>, context: Context): Verdict | Lacking
  /** At least one passing and one failing (or warning) example; they are tested and shown in the catalogue. */
  examples: readonly CheckExample<N, W>[]
}

/** Declares a check: an identity function that makes an undeclared fact a compile error. */
export function check<const N extends FactId, const W extends FactId = never>(spec: Check<N, W>): Check<N, W> {
  return spec
}

/** A check whose fact types were forgotten: what registries and the engine hold. */
export interface AnyCheck extends Omit<Check, 'run' | 'examples' | 'needs' | 'wants' | 'anyOf'> {
  needs: readonly FactId[]
  wants?: readonly FactId[]
  anyOf?: readonly FactId[]
  run(facts: never, context: Context): Verdict | Lacking
  examples: readonly { name: string; facts: object; context?: Partial<Context>; status: CheckStatus | 'lacking' }[]
}
