import type { z } from 'zod'
import type {
  CausePage,
  CauseSummary,
  CheckInfo,
  DoctorItem,
  EvidencePage,
  ExplainResponse,
  explainRequest,
  Fleet,
  Liveness,
  NodePage,
  RevisionEvent,
  Role,
  SweepProgress,
} from '@/lib/contract/api'
import type { confirmRequest, PlanResponse, planRequest, Run, RunLog, runList, runManifest } from '@/lib/contract/runs'

/**
 * What the agent's plumbing (HTTP, snapshots, metrics, probes) needs from the engine side and from runs.
 * Implementations answer the contract's shapes; they say "no" by throwing `Refusal` (`lib/agent/refusal.ts`).
 */

/** Wall clock; handed in so that tests can move it. */
export interface Clock {
  now(): Date
}

/** Who asks: taken from a live session or a verified token, never from the request. */
export interface Actor {
  user: string
  role: Role
}

/** Something changed. `nodes` empty with topic `fleet` means: ask for everything since your revision. */
export type Change = RevisionEvent

/** Has a life: opened once, closed once; `close` resolves when nothing is pending (at most 8 s). */
export interface Lifecycle {
  open(): Promise<void>
  close(): Promise<void>
}

/** The observed fleet. Readers are synchronous: they answer from memory. */
export interface FleetView {
  /** Grows with every change of anything shown; never goes back. */
  revision(): number
  /** @param since null: all nodes; else only those changed after that revision (`full: false`). */
  fleet(since: number | null): Fleet
  node(name: string): Promise<NodePage | null>
  evidence(node: string, check: string): Promise<EvidencePage | null>
  causes(): readonly CauseSummary[]
  cause(signature: string): CausePage | null
  checks(): readonly CheckInfo[]
  /** Kubernetes and SSH as they are now; the agent adds the store. */
  liveness(): Pick<Liveness, 'kube' | 'ssh'>
  /** When the scheduler last ran, for `/readyz`; null before its first tick. */
  tickAt(): string | null
  /** What the engine side knows of "can Cairn see?"; the agent adds store and security items. */
  doctor(): Promise<readonly DoctorItem[]>
  /** Reads again what a check (null: the whole node) needs. @throws Refusal `no-such-node`, `no-such-check`, `busy`. */
  verify(node: string, check: string | null, by: Actor): Promise<{ id: string }>
  /** Starts a sweep, or answers the one under way. */
  sweep(by: Actor): Promise<SweepProgress>
  onChange(listener: (change: Change) => void): () => void
}

/** Benchmark runs. All methods throw `Refusal` (`runs-disabled`, `no-such-run`, `plan-expired`, `plan-changed`, `guard-failed`, `not-yours`). */
export interface RunsPort {
  list(): Promise<z.output<typeof runList>>
  plan(options: z.output<typeof planRequest>, by: Actor): Promise<PlanResponse>
  start(confirm: z.output<typeof confirmRequest>, by: Actor): Promise<Run>
  get(id: string): Promise<Run | null>
  /** Lines from number `after` on; null: no such run. */
  log(id: string, after: number): Promise<RunLog | null>
  manifest(id: string): Promise<z.output<typeof runManifest> | null>
  cancel(id: string, by: Actor): Promise<Run>
  onChange(listener: (change: Change) => void): () => void
}

/** `cairn explain`, for pasted text. Nothing is stored. */
export interface ExplainPort {
  explain(request: z.output<typeof explainRequest>): Promise<ExplainResponse>
}

/** All ports of the composition root. */
export interface Ports {
  fleet: FleetView & Lifecycle
  runs: RunsPort & Lifecycle
  explain: ExplainPort
}
