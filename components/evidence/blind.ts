import type { EvidenceRef, JudgedCheck } from '@/lib/report'

/** Reads that failed because of Cairn's own eyes: what its doctor page can explain. */
export function blindReads(check: JudgedCheck): readonly EvidenceRef[] {
  return check.reads.filter(
    (read) => read.status === 'denied' || read.status === 'unreachable' || read.status === 'timeout',
  )
}
