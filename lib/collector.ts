import type { HistoryRead, KubeRead, LogRead, NodeRead, ReadStatus, RunRead } from './read'

/** What a parser receives from one read: text that was answered (`ok`), sanitised, with its exit code. */
export interface Answer {
  text: string
  stderr: string
  exitCode: number | null
  /** True when a cap cut the text: what is missing from it is unknown. */
  cut: boolean
}

/**
 * Thrown by a parser that meets a layout it does not know. Ends as `unreadable` — never as a value, never as a verdict.
 */
export class Unreadable extends Error {
  override name = 'Unreadable'
}

/**
 * Thrown by a parser whose tool said that it could not look (no root, tool missing, lockdown, no answer).
 * Carries the read status the answer really has.
 */
export class NotRead extends Error {
  override name = 'NotRead'
  constructor(
    readonly status: Exclude<ReadStatus, 'ok'>,
    message: string,
  ) {
    super(message)
  }
}

/** Reads of a node → one fact about that node. Pure: no I/O, clock or randomness. */
export interface NodeCollector<Id extends string, R extends Record<string, NodeRead>, F> {
  via: 'node'
  id: Id
  title: string
  reads: R
  parse(answers: { [K in keyof R]: Answer }): F
}

/** A Kubernetes object as the API sends it. */
export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    generation?: number
    creationTimestamp?: string
    deletionTimestamp?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[]
  }
  [field: string]: unknown
}

/**
 * A Kubernetes collection → one fact. `project` keeps the few fields we use, so one event costs one record, not a fleet.
 * `nodesOf` says which nodes a record is about: their names, or `'*'` for the whole cluster. `fold` makes the fact from the
 * records of one node plus the cluster-wide ones (or, for cluster-scope checks, from all records).
 */
export interface ClusterCollector<Id extends string, Rec, F> {
  via: 'kube'
  id: Id
  title: string
  read: KubeRead
  /** null: an object we do not need (dropped at ingestion). Must tolerate missing status and unknown fields. */
  project(object: KubeObject): Rec | null
  nodesOf(record: Rec): readonly string[] | '*'
  fold(records: readonly Rec[]): F
}

/** The text of one pod's log. */
export interface PodLog {
  node: string | null
  namespace: string
  pod: string
  container: string
  previous: boolean
  text: string
}

/** Component logs → one fact (all pods handed in; per node, only that node's). */
export interface LogCollector<Id extends string, F> {
  via: 'log'
  id: Id
  title: string
  read: LogRead
  parse(logs: readonly PodLog[]): F
}

/** A finished or running benchmark that touched a node, newest first. */
export interface RunRecord<T = unknown> {
  runId: string
  finishedAt: string
  nodes: readonly string[]
  /** Boot ids at the time of the run, by node: another boot makes the result stale. */
  bootIds: Readonly<Record<string, string>>
  result: T
}

/** Results of our runs → one fact. */
export interface RunCollector<Id extends string, F> {
  via: 'run'
  id: Id
  title: string
  read: RunRead
  fold(runs: readonly RunRecord[]): F
}

/** Rows of the store about one node → one fact. */
export interface HistoryCollector<Id extends string, Row, F> {
  via: 'history'
  id: Id
  title: string
  read: HistoryRead
  fold(rows: readonly Row[]): F
}

/** A cluster collector whose types were forgotten: records go in through `project` and come out only through `fold`. */
export interface AnyClusterCollector extends Omit<ClusterCollector<string, never, unknown>, 'project'> {
  project(object: KubeObject): unknown
}

export type AnyCollector =
  | NodeCollector<string, Record<string, NodeRead>, unknown>
  | AnyClusterCollector
  | LogCollector<string, unknown>
  | RunCollector<string, unknown>
  | HistoryCollector<string, never, unknown>

/** Declares a node collector; an identity function that infers the fact type from `parse`. */
export function nodeCollector<const Id extends string, const R extends Record<string, NodeRead>, F>(
  spec: Omit<NodeCollector<Id, R, F>, 'via'>,
): NodeCollector<Id, R, F> {
  return { via: 'node', ...spec }
}

/** Declares a Kubernetes collector. */
export function clusterCollector<const Id extends string, Rec, F>(
  spec: Omit<ClusterCollector<Id, Rec, F>, 'via'>,
): ClusterCollector<Id, Rec, F> {
  return { via: 'kube', ...spec }
}

/** Declares a log collector. */
export function logCollector<const Id extends string, F>(spec: Omit<LogCollector<Id, F>, 'via'>): LogCollector<Id, F> {
  return { via: 'log', ...spec }
}

/** Declares a collector of run results. */
export function runCollector<const Id extends string, F>(spec: Omit<RunCollector<Id, F>, 'via'>): RunCollector<Id, F> {
  return { via: 'run', ...spec }
}

/** Declares a collector over the store's history. */
export function historyCollector<const Id extends string, Row, F>(
  spec: Omit<HistoryCollector<Id, Row, F>, 'via'>,
): HistoryCollector<Id, Row, F> {
  return { via: 'history', ...spec }
}

/** The fact a collector makes. */
export type FactOf<C> = C extends { via: 'node' | 'log'; parse(...args: never[]): infer F }
  ? F
  : C extends { fold(...args: never[]): infer F }
    ? F
    : never
