import type { KubeObject } from '@/lib/collector'
import type { KubeRead, RawRead, ReadStatus } from '@/lib/read'

/** Where the cluster and the credentials come from. Without `path`: `KUBECONFIG`, else `~/.kube/config`. */
export type KubeMode = { kind: 'kubeconfig'; path?: string; context?: string } | { kind: 'in-cluster' }

/** How a collection stands. Sent on every change and, while it is live, at most every 10 s as a sign of life. */
export interface CollectionState {
  /** How the latest contact ended. */
  status: ReadStatus
  /** Why not `ok`, in one sentence: names the missing right, the credential, the HTTP status. */
  reason?: string
  /** When this was reported, ISO. */
  at: string
  /**
   * True while what the sink holds is complete and within its budget: 90 s after the last list, event, bookmark or accepted watch (kinds with `relistSec`:
   * that long more). May stay true for a while when `status` is not ok: the connection is lost but what was seen is young enough.
   */
  fresh: boolean
  /** Last list, event, bookmark or accepted watch, ISO; absent: never. */
  seenAt?: string
  /** For `denied` by RBAC: the rule that is missing. */
  missing?: MissingRight
}

/** Takes objects one by one, while parsing: project and drop them there, nothing else keeps them. */
export interface KubeSink {
  /** A new or changed object. `key` is its uid: a recreated object of the same name has another one. */
  upsert(collector: string, key: string, object: KubeObject): void
  /** A deleted object, or one that `keep` no longer wants. */
  remove(collector: string, key: string): void
  /** After a complete list: every key that is not in `keep` is gone. */
  reset(collector: string, keep: ReadonlySet<string>): void
  state(collector: string, state: CollectionState): void
}

/** One collection to list and watch. */
export interface WatchedCollector {
  id: string
  read: KubeRead
  /** Objects not wanted are dropped before the sink sees them; one that stops being wanted is removed. */
  keep?(object: KubeObject): boolean
}

/** The answer to one request. `body` is the parsed JSON, null where there is none. */
export interface KubeAnswer {
  status: ReadStatus
  httpStatus: number | null
  body: unknown
  text: string
  reason?: string
  /** For `denied` by RBAC: the rule that is missing. */
  missing?: MissingRight
  /** Seconds the server asked to wait (429, 503). */
  retryAfterSec?: number
}

export interface RequestOptions {
  /** Milliseconds for the whole request; default 10,000. */
  timeoutMs?: number
  /** Cap on the answer, bytes after decompression; default 16 MiB. A larger answer is `unreadable`. */
  maxBytes?: number
  /** Content type of the body; default `application/json`. */
  contentType?: string
  signal?: AbortSignal
}

export interface LogOptions {
  container?: string
  previous?: boolean
  tailLines?: number
  /** ISO time. */
  sinceTime?: string
  timestamps?: boolean
  /** Cap on the text, bytes; default 1 MiB: the server is asked for no more; what comes after is cut. */
  maxBytes?: number
}

/** How a followed log ended. `complete`: the server closed it, that is, the container ended. */
export interface LogEnd {
  ended: 'complete' | 'error' | 'aborted'
  reason?: string
}

/** A right that the credential lacks. */
export interface MissingRight {
  verb: string
  group: string
  /** Plural, with the subresource where there is one: `pods/log`. */
  resource: string
  /** null: cluster-wide. */
  namespace: string | null
  name?: string
}

/** A right to be checked: all verbs on one resource; without `namespace` in the whole cluster. */
export interface WantedRight {
  group: string
  resource: string
  verbs: readonly string[]
  namespace?: string
  name?: string
}

/** A right that the credential holds and a reader must not (SEC-46). */
export interface ExcessRight {
  /** What it allows, in words: "read secrets", "run commands in pods". */
  what: string
  verbs: readonly string[]
  groups: readonly string[]
  resources: readonly string[]
  /** Where it was seen; null: cluster-wide. */
  namespace: string | null
}

/** What the credential may do, compared with what Cairn needs. */
export interface AccessReview {
  /** `ok` when the API server answered the review. Otherwise `missing` and `excess` are not known, not empty. */
  status: ReadStatus
  reason?: string
  at: string
  user: string | null
  groups: readonly string[]
  missing: readonly MissingRight[]
  excess: readonly ExcessRight[]
  /** True when an authoriser could not list its rules: `excess` may lack some. */
  incomplete: boolean
}

/** The one way to a Kubernetes API server: own keep-alive agent, own credential refresh, own list and watch. */
export interface KubeTransport {
  readonly server: string
  readonly context: string | null
  readonly clusterName: string
  /** What a person should know: TLS verification switched off, clear-text loopback server, token that will not be renewed. */
  readonly warnings: readonly string[]
  /** Returns at once; the loops run until aborted. */
  watch(collectors: readonly WatchedCollector[], sink: KubeSink, signal: AbortSignal): void
  get(path: string, options?: RequestOptions): Promise<KubeAnswer>
  request(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT',
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<KubeAnswer>
  /** A pod's log. A pod without a node has none yet: `absent`. */
  log(namespace: string, pod: string, options?: LogOptions): Promise<RawRead>
  /** Streams a log until the container ends. Chunks are decoded text, not lines. */
  followLog(
    namespace: string,
    pod: string,
    options: LogOptions,
    onChunk: (text: string) => void,
    signal: AbortSignal,
  ): Promise<LogEnd>
  review(wanted: readonly WantedRight[], namespaces?: readonly string[]): Promise<AccessReview>
  close(): Promise<void>
}

/** Waits and caps, changed by tests only. All in milliseconds unless said. */
export interface KubeTimings {
  requestMs: number
  /** How long after the last list, event, bookmark or accepted watch what is held counts as fresh; a watch is renewed before that. */
  watchSilenceMs: number
  /** Range of `timeoutSeconds` asked for a watch, seconds. */
  watchSec: readonly [number, number]
  backoffMs: readonly [first: number, most: number]
  /** How often a missing or forbidden collection is looked for again. */
  retryAbsentMs: number
  /** Connections (lists and watches) per kind and minute. */
  connectsPerMinute: number
  /** Requests of the loops per second and cluster, and how many may come at once. */
  rate: { perSecond: number; burst: number }
  pageSize: number
}

export interface KubeOptions {
  timings?: Partial<KubeTimings>
  /** Wall clock in milliseconds; for tests. */
  now?(): number
  /** 0 ≤ x < 1; for tests. */
  random?(): number
  /** One line about a connection, a relist, a refresh; never a secret. */
  onNote?(note: string): void
}

/** The kubeconfig or the cluster's own credentials cannot be used; the message says what to change. */
export class KubeConfigError extends Error {
  override name = 'KubeConfigError'
}
