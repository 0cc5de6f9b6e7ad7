import type { SignatureHit } from '@/collectors/run/nccl-tests/facts'

/** One line of the communicator table. */
export interface RasGroup {
  ranks: number | null
  status: string
  errors: string
}

export interface MissingRank {
  rank: number
  host: string | null
  unresponsive: boolean | null
  dead: boolean | null
}

export interface RasSuspect {
  pid: number
  host: string
  gpu: number
}

/** EXPLAIN kind `nccl-ras`: what `ncclras` says of running communicators (nccl.md §2.8). */
export interface RasFacts {
  ncclVersion: string | null
  communicators: number | null
  groups: readonly RasGroup[]
  missingRanks: readonly MissingRank[]
  suspects: readonly RasSuspect[]
  signatures: readonly SignatureHit[]
  complete: boolean
}

/** Ranks that are gone are an error; counts that differ for a moment are not (query twice). */
export function rasSignatures(gone: boolean, mismatch: boolean): SignatureHit[] {
  const hit = (id: string, severity: SignatureHit['severity']): SignatureHit => ({
    id,
    severity,
    count: 1,
    line: '',
    lineNumber: null,
    hosts: [],
  })
  return [...(gone ? [hit('ras.dead_or_missing', 'error')] : []), ...(mismatch ? [hit('ras.mismatch', 'info')] : [])]
}

/** Processes once each: a report names one under several heads. */
export function unique(suspects: readonly RasSuspect[]): RasSuspect[] {
  return [...new Map(suspects.map((one) => [`${one.pid} ${one.host} ${one.gpu}`, one])).values()]
}
