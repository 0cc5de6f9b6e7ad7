import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import type { Finding } from '@/lib/check'
import { median, plateauOf } from '@/lib/expected/nccl-curve'
import { gbps, nodeOf } from './nccl-run'

/** Signatures whose device is a port that failed, not one that was only mentioned. */
const PORT = /^(?:wc\.(?:retry_exceeded|local_prot|rnr_retry)|async\.(?:port_error|device_fatal|speed_change)|ib\.)/

/** The device that the first cause names, as a finding. */
export function namedDevice(run: NcclRunResult): Finding | null {
  const { firstCause } = run
  if (!firstCause?.hca || !PORT.test(firstCause.signature)) return null
  const host = firstCause.host ? nodeOf(run, firstCause.host) : null
  // Several hosts lose the same peer: the port that failed is the peer's, and the lines name only their own.
  if (firstCause.blamed) return null
  const status = run.complete ? 'warn' : 'fail'
  return {
    subject: [host, firstCause.hca].filter((part) => part !== null).join(' '),
    status,
    summary: `${firstCause.signature} on ${host ?? 'a rank'}, device ${firstCause.hca}${firstCause.peer ? `, towards ${firstCause.peer}` : ''}`,
  }
}

/** Newest plateau of every rail that has a run of its own. */
export function perRail(runs: readonly NcclRunResult[]): { rail: number; busbw: number }[] {
  const newest = new Map<number, number>()
  for (const run of runs) {
    const plateau = run.rail !== null && run.complete ? plateauOf(run.rows) : null
    if (plateau && run.rail !== null && !newest.has(run.rail)) newest.set(run.rail, plateau.busbwGBps)
  }
  return [...newest].map(([rail, busbw]) => ({ rail, busbw })).sort((a, b) => a.rail - b.rail)
}

/** Rails below 0.9 of the median of at least three. */
export function slowRails(rails: readonly { rail: number; busbw: number }[]): Finding[] {
  if (rails.length < 3) return []
  const usual = median(rails.map(({ busbw }) => busbw))
  return rails.flatMap(({ rail, busbw }): Finding[] =>
    busbw < usual * 0.9
      ? [
          {
            subject: `rail ${rail}`,
            status: 'fail',
            summary: `rail ${rail}: ${gbps(busbw)}, its siblings ${gbps(usual)}`,
          },
        ]
      : [],
  )
}
