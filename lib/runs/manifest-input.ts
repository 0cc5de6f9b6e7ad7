import type { RdmaTest, RunAlgorithm, RunCollective, RunLauncher } from '@/lib/contract/runs'
import type { RailRequest } from './chain'

/** What the pods of an NCCL run do. Sizes in bytes. */
export interface NcclWork {
  kind: 'nccl'
  launcher: RunLauncher
  collective: RunCollective
  algorithm: RunAlgorithm
  beginBytes: number
  /** Smaller than the preset's, when a person asked for it. */
  endBytes: number
  iterations: number
}

/** What the pods of an RDMA run do: these tests, on every rail, between pairs of the nodes. */
export interface RdmaWork {
  kind: 'rdma'
  tests: readonly RdmaTest[]
}

/** Everything a run's objects are made of. */
export interface ManifestInput {
  runId: string
  namespace: string
  work: NcclWork | RdmaWork
  nodes: readonly string[]
  /** Value of the label kubernetes.io/hostname of each node: what the scheduler is told; not always the node's name. */
  hostnames: readonly string[]
  /** 0: the pods take no GPU. */
  gpusPerNode: number
  rails: readonly RailRequest[]
  shared: string | null
  image: string
  deadlineSec: number
  /** Class with `preemptionPolicy: Never`: a pod's own field is refused by the API server unless its class says the same. */
  priorityClass: string
  /** Programs that travel in the ConfigMap, by file name (`lib/runs/program`). */
  files: Readonly<Record<string, string>>
}

export const RUN_LABEL = 'cairn.dev/run'
export const MANAGED_BY = {
  'app.kubernetes.io/managed-by': 'cairn',
  'app.kubernetes.io/component': 'benchmark',
} as const
/** Stands for the owner's UID in the text that is confirmed: it is only known once the owner exists. */
export const OWNER_UID = '<uid of the owner>'

/** The object that owns all others of a run: deleting it takes everything. */
export type OwnerKind = 'Job' | 'MPIJob'
/** What is created besides the owner. */
export type CompanionKind = 'Service' | 'ConfigMap'

/** Name of all objects of a run: deterministic, so that a create that timed out is found again (F-70). */
export function objectName(runId: string): string {
  return `cairn-${runId}`
}

/** Kind of the owner of a run's objects. */
export function ownerKindOf(work: ManifestInput['work']): OwnerKind {
  return work.kind === 'nccl' && work.launcher === 'mpijob' ? 'MPIJob' : 'Job'
}
