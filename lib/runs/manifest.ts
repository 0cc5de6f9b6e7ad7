import { parseAllDocuments, stringify } from 'yaml'
import type { RdmaTest, RunAlgorithm, RunCollective, RunLauncher } from '@/lib/contract/runs'
import type { RailRequest } from './chain'
import { mpiJobObjects } from './shapes/mpi-job'
import { ncclJobObjects } from './shapes/nccl-job'
import { rdmaJobObjects } from './shapes/rdma-job'

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

/**
 * The objects of a run, in the order they are created: the owner, then what it owns, so that deleting it takes everything. Text and
 * objects say the same: what is shown is what is applied.
 */
export function manifestObjects(input: ManifestInput): readonly [owner: object, ...companions: object[]] {
  if (input.work.kind === 'rdma') return rdmaJobObjects({ ...input, work: input.work })
  const nccl = { ...input, work: input.work }
  return ownerKindOf(input.work) === 'MPIJob' ? mpiJobObjects(nccl) : ncclJobObjects(nccl)
}

/** The manifest as it is shown, hashed and stored. */
export function manifestText(input: ManifestInput): string {
  return manifestObjects(input)
    .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n')
}

/** Objects of a confirmed manifest, in the order they are created; what is applied is read from the text that was shown. */
export interface Manifest {
  owner: { kind: OwnerKind; object: object }
  companions: readonly { kind: CompanionKind; object: object }[]
}

/**
 * Reads a manifest back, with the owner's UID in place of its placeholder.
 * @throws TypeError when the text is no manifest of a run
 */
export function parseManifest(text: string, uid: string | null): Manifest {
  const objects = parseAllDocuments(text).map((document): unknown => document.toJS())
  const [first, ...rest] = objects
  return {
    owner: ofKinds(first, ['Job', 'MPIJob'] as const) ?? refuse('the stored manifest has no Job'),
    companions: rest.map((object) => {
      const found = ofKinds(object, ['Service', 'ConfigMap'] as const)
      if (!found) return refuse('the stored manifest holds an object that no run has')
      return { kind: found.kind, object: uid === null ? found.object : withUid(found.object, uid) }
    }),
  }
}

function refuse(why: string): never {
  throw new TypeError(why)
}

function ofKinds<const K extends string>(value: unknown, kinds: readonly K[]): { kind: K; object: object } | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null
  const kind = kinds.find((each) => each === value.kind)
  return kind === undefined ? null : { kind, object: value }
}

/** A copy whose owner has the real UID where the confirmed text has its placeholder; nothing else is touched. */
function withUid(object: object, uid: string): object {
  const metadata = 'metadata' in object && typeof object.metadata === 'object' ? object.metadata : {}
  const owners =
    metadata !== null && 'ownerReferences' in metadata && Array.isArray(metadata.ownerReferences)
      ? metadata.ownerReferences
      : []
  const owned = owners.map((owner: object) => ('uid' in owner && owner.uid === OWNER_UID ? { ...owner, uid } : owner))
  return { ...object, metadata: { ...metadata, ownerReferences: owned } }
}
