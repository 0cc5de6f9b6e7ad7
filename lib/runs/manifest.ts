import { parseAllDocuments, stringify } from 'yaml'
import { type CompanionKind, type ManifestInput, OWNER_UID, type OwnerKind, ownerKindOf } from './manifest-input'
import { mpiJobObjects } from './shapes/mpi-job'
import { ncclJobObjects } from './shapes/nccl-job'
import { rdmaJobObjects } from './shapes/rdma-job'

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
