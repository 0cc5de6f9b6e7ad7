import type { Severity, Signature } from './signature'
import { bootstrapSignatures } from './signatures/bootstrap'
import { completionSignatures } from './signatures/completion'
import { gpuSignatures } from './signatures/gpu'
import { gpudirectSignatures } from './signatures/gpudirect'
import { networkSignatures } from './signatures/network'
import { sharpSignatures } from './signatures/sharp'
import { testSignatures } from './signatures/test'
import { topologySignatures } from './signatures/topology'
import { verbsSignatures } from './signatures/verbs'

/** All signatures of `research/nccl.md` §3, as data. */
export const SIGNATURES: readonly Signature[] = [
  ...networkSignatures,
  ...gpudirectSignatures,
  ...verbsSignatures,
  ...completionSignatures,
  ...topologySignatures,
  ...bootstrapSignatures,
  ...gpuSignatures,
  ...sharpSignatures,
  ...testSignatures,
]

/** Findings that the reader computes from the whole capture. */
export const DERIVED: Readonly<Record<string, { severity: Severity; means: string }>> = {
  'derived.truncated': {
    severity: 'info',
    means: 'A table was begun and its footer is missing: the run or its log was cut',
  },
  'derived.rows_lost': {
    severity: 'info',
    means: 'The mean of the rows is not the reported average: rows were lost or elided',
  },
  'derived.no_mpi': {
    severity: 'error',
    means: 'Several one-GPU runs side by side: the binary was built without MPI, the result is invalid',
  },
  'derived.zero_busbw': { severity: 'warn', means: 'Every bus bandwidth is 0: one rank has nobody to talk to' },
  'derived.mixed_network': {
    severity: 'error',
    means: 'Ranks use different networks (plugin on some nodes only): they hang without an error line',
  },
  'derived.nic_count_differs': { severity: 'warn', means: 'Hosts list different numbers of NICs' },
  'derived.row_inconsistent': { severity: 'info', means: 'Size, time and bandwidth of a row do not fit together' },
  'derived.nranks_mismatch': {
    severity: 'info',
    means: 'busbw/algbw gives another number of ranks than the device list',
  },
}

const BY_ID = new Map(SIGNATURES.map((signature) => [signature.id, signature]))

/** The catalogue entry with this id; undefined for derived ones and unknown ids. */
export function signatureById(id: string): Signature | undefined {
  return BY_ID.get(id)
}

/** True for lines that are an error only for runs that want RDMA, on more than one node. */
export function hindersRdmaOnly(id: string): boolean {
  return BY_ID.get(id)?.onlyIfRdmaWanted === true
}

/** What a signature means, catalogue or derived. */
export function meaningOf(id: string): string {
  return BY_ID.get(id)?.means ?? DERIVED[id]?.means ?? ''
}
