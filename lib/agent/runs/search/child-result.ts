import { isNcclRunResult } from '@/collectors/run/nccl-tests/runs'
import { plateauOf } from '@/lib/expected/nccl-curve'
import type { SearchRun } from '@/lib/runs/search/state'
import { sanitiseLine } from '@/lib/sanitise'
import { isOver, type RunRecordBody } from '../record'

/** What a finished run says of its nodes; null while it goes on. */
export function childResult(
  record: RunRecordBody,
): Pick<SearchRun, 'outcome' | 'busbwGBps' | 'why' | 'gpuMinutes'> | null {
  if (!isOver(record)) return null
  const result = isNcclRunResult(record.result) ? record.result : null
  const busbwGBps = result ? (plateauOf(result.rows)?.busbwGBps ?? null) : null
  const gpuMinutes = minutesOf(record)
  const why = sanitiseLine(record.firstError ?? record.sentence ?? record.state, 160)
  const of = (outcome: SearchRun['outcome'], words: string | null = null) => ({
    outcome,
    busbwGBps: outcome === 'measured' ? busbwGBps : null,
    why: words,
    gpuMinutes,
  })
  const hasStarted = record.startedAt !== null
  if ((result?.wrongRows ?? 0) > 0) return of('failed', 'wrong results')
  if (record.ending === 'succeeded' && result?.complete && busbwGBps !== null) return of('measured')
  // Refused by the API server, or never started: that says nothing of its nodes.
  if (record.ending === 'failed') return of(hasStarted ? 'failed' : 'void', why)
  // Too slow to finish what others finish: what was measured counts; nothing measured is a failure.
  if (hasStarted && record.finishedAt !== null && record.finishedAt >= record.deadlineAt)
    return busbwGBps === null ? of('failed', 'no result before its deadline') : of('measured')
  return of('void', why)
}

/** GPU-minutes from creation until everything was gone; nothing where nothing was created. */
function minutesOf({ createdAt, finishedAt, jobUid, nodes, gpusPerNode }: RunRecordBody): number {
  if (jobUid === null || finishedAt === null) return 0
  return (Math.max(0, Date.parse(finishedAt) - Date.parse(createdAt)) / 60_000) * nodes.length * gpusPerNode
}
