import type { KubeObject } from '@/lib/collector'

/** Where an object is. `kind` may be the kind or the plural; `group` is only needed where two groups share it. */
export interface ObjectRef {
  kind: string
  group?: string
  namespace?: string
  name: string
}

/** A rule as in a Role or ClusterRole; `namespace` limits it to one namespace (a RoleBinding). */
export interface LabRule {
  apiGroups: readonly string[]
  resources: readonly string[]
  verbs: readonly string[]
  resourceNames?: readonly string[]
  namespace?: string
}

/** Who a bearer token is and what it may do. */
export interface LabIdentity {
  user: string
  groups?: readonly string[]
  rules: readonly LabRule[]
}

/** A request as the audit saw it. */
export interface LabRequest {
  at: string
  method: string
  /** Path with query. */
  path: string
  verb: string
  user: string
  status: number
}

/** What goes wrong. */
export type LabFaultAction =
  /** Answer later. */
  | { kind: 'latency'; ms: number }
  /** Answer with this HTTP status (429 with Retry-After, 500, 503, 401, 403 …). */
  | { kind: 'status'; status: number; message?: string; retryAfterSec?: number; text?: boolean }
  /** 410: over HTTP for a list, as HTTP 200 with an ERROR event for a watch. */
  | { kind: 'gone' }
  /** Cut the connection: before the answer, or for an open watch in the middle of a line. */
  | { kind: 'drop' }
  /** Accept and say nothing: no answer, or no further byte on an open watch (half-open). */
  | { kind: 'freeze' }
  /** A line that is no event on the watch, a broken body on a list. */
  | { kind: 'malformed' }
  /** A watch that ends at once. */
  | { kind: 'close' }

/** Which requests go wrong. */
export interface LabFault {
  /** `list`, `watch`, `get`, `create`, `delete`, `patch`, `log`; all when absent. */
  verb?: string
  /** Plural: `nodes`; all when absent. */
  resource?: string
  action: LabFaultAction
  /** How many requests; default until removed. */
  times?: number
  /** Also hit the watches that are open now (drop, freeze, malformed, gone, close). */
  now?: boolean
}

export interface LabApiOptions {
  objects?: Iterable<KubeObject>
  /** CRDs to serve although no object of them is there: `nicclusterpolicies.mellanox.com`. */
  crds?: readonly string[]
  /** Logs by `namespace/pod/container`. */
  logs?: Readonly<Record<string, readonly string[]>>
  /** Between two bookmarks; default 60,000 as on a real server. */
  bookmarkMs?: number
  /** Events kept per resource for watches from an earlier version; older versions are 410. Default 4,000. */
  history?: number
  /** `v1.36.3` by default. */
  version?: string
  /** Port on 127.0.0.1; default any. */
  port?: number
  tls?: { key: string; cert: string; ca?: string }
}

/** A simulated API server on loopback. */
export interface LabApi {
  readonly url: string
  /** Bearer token with all rights. */
  readonly token: string
  /** A kubeconfig for the administrator, or for another token. */
  kubeconfig(token?: string): string
  /** Adds an identity and returns its token. */
  addIdentity(identity: LabIdentity): string
  /** From now on this token is not accepted (401). */
  revoke(token: string): void
  /** Creates or replaces an object, status included; keeps the uid of an existing one. */
  apply(object: KubeObject): KubeObject
  /** Merge patch, status included. */
  patch(ref: ObjectRef, patch: object): KubeObject
  get(ref: ObjectRef): KubeObject | null
  list(kind: string, namespace?: string): KubeObject[]
  /** Deletes an object and what it owns. */
  remove(ref: ObjectRef): void
  /** Stops serving a CRD and drops its objects. */
  uninstall(crd: string): void
  appendLog(namespace: string, pod: string, container: string, lines: readonly string[]): void
  /** Ends a container's log for those who follow it; `previous` becomes the log of its earlier life when it starts again. */
  endLog(namespace: string, pod: string, container: string): void
  setPreviousLog(namespace: string, pod: string, container: string, lines: readonly string[]): void
  /** Called after an object of this kind was created through the API; for the lab's kubelet and job controller. */
  onCreate(kind: string, handler: (object: KubeObject, api: LabApi) => void): void
  /** Called after an object of this kind was deleted, by the API or its owner. */
  onDelete(kind: string, handler: (object: KubeObject, api: LabApi) => void): void
  /** Makes requests fail; returns what ends it. */
  fault(fault: LabFault): () => void
  /** What was asked so far, oldest first; at most the last 50,000. */
  requests(): readonly LabRequest[]
  /** Watches open now. */
  openWatches(resource?: string): number
  close(): Promise<void>
}
