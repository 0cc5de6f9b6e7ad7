import type { CheckLevel } from '@/lib/levels'

/**
 * How bad a line is (nccl.md §3): `fatal` the run is aborted or worthless, `secondary` a consequence that never comes first,
 * `ignore` harmless noise that people paste.
 */
export type Severity = 'fatal' | 'error' | 'warn' | 'secondary' | 'info' | 'ignore'

/** One entry of the failure catalogue. */
export interface Signature {
  id: string
  severity: Severity
  /** True where it is an error only for runs that want RDMA, on more than one node (`error*` in the catalogue). */
  onlyIfRdmaWanted?: boolean
  /** Level at which one looks first. */
  level: CheckLevel
  /** Literal texts, one of which stands in every matching line: asked first, because 98 patterns a line would be slow. */
  gates: readonly string[]
  pattern: RegExp
  /** What the line means. */
  means: string
  /** What to do or look at next; '' where nothing is to be done. */
  next: string
}
