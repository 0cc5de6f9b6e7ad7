import type { EventFact } from '@/collectors/cluster/events/collector'
import type { HelmOutputFacts } from '@/collectors/cluster/helm-output/parse'
import type { RefusedRequest } from '@/collectors/cluster/kubernetes/refused-request'
import type { NetworkStatusFacts } from '@/collectors/cluster/network-status/parse'
import type { PodEnvFacts } from '@/collectors/cluster/pod-env/parse'
import type { collectors } from '@/collectors/index.gen'
import type { SubnetManagerFacts } from '@/collectors/node/perfquery/parse'
import type { FactOf } from './collector'
import type { FleetFacts } from './fleet'
import type { ReachFacts } from './reach'

type Collected = { [C in (typeof collectors)[number] as C['id']]: FactOf<C> }

/** Facts that no collector makes. `clock` is there for live nodes only: a pasted capture has no "now". */
interface EngineFacts {
  fleet: FleetFacts
  reach: ReachFacts
  clock: { now: string }
  /** What helm printed: pasted captures only, nothing reads it live. */
  helmOutput: HelmOutputFacts
  /** A pasted network-status annotation: live ones come with `pods`. */
  networkStatus: NetworkStatusFacts
  /** A pasted environment of a pod: which VFs the device plugin handed over. */
  podEnv: PodEnvFacts
  /** Requests that admission refused, as kubectl told it: pasted captures only. */
  refusedRequests: readonly RefusedRequest[]
  /** Events of a pasted capture, for what live nodes are judged by objects: pasted captures only. */
  toldEvents: readonly EventFact[]
  /** What sminfo got from the subnet manager: pasted captures only. */
  subnetManager: SubnetManagerFacts
}

/** Every fact a check may need, by id: one per collector (inferred from `parse` or `fold`), and the engine's own. */
export type Facts = Collected & EngineFacts

export type FactId = keyof Facts & string

/** Facts that no collector reads: they come from captures people paste (`cairn explain`). */
export const PASTED_ONLY = [
  'helmOutput',
  'networkStatus',
  'podEnv',
  'refusedRequests',
] as const satisfies readonly FactId[]
