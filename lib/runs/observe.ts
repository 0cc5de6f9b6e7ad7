import type { z } from 'zod'
import type { runPhase } from '@/lib/contract/runs'
import { sanitiseLine } from '@/lib/sanitise'

export type Phase = z.output<typeof runPhase>

/** What is read of a run's Job; null: it does not exist (any more). */
export interface JobView {
  uid: string
  active: number
  succeeded: number
  failed: number
  /** Type of the condition that is True: Complete, Failed, Suspended. */
  ended: 'Complete' | 'Failed' | null
  reason: string | null
  message: string | null
  deleting: boolean
}

/** What is read of one of a run's pods. */
export interface PodView {
  name: string
  uid: string
  index: number | null
  node: string | null
  phase: string
  reason: string | null
  message: string | null
  ready: boolean
  /** Waiting reason of the container, e.g. ImagePullBackOff. */
  waiting: string | null
  waitingMessage: string | null
  exitCode: number | null
  scheduledMessage: string | null
  startedAt: string | null
}

/** Where a run stands, from its Job and pods. */
export interface Observed {
  phase: Phase
  /** Why the phase hangs, in the server's own words. */
  waiting: string | null
  /** A reason why this run can never give a valid result. */
  invalid: string | null
  ended: 'succeeded' | 'failed' | null
  endedWhy: string | null
}

/** Reads Job, pods and the newest warning events of a run into one phase. Pure. */
export function observe(
  job: JobView | null,
  pods: readonly PodView[],
  warnings: readonly string[],
  nodes: number,
): Observed {
  const invalid = duplicateIndex(pods)
  if (!job)
    return {
      phase: 'created',
      waiting: null,
      invalid,
      ended: 'failed',
      endedWhy: 'The Job was deleted by somebody else',
    }
  const ended: Observed['ended'] = job.ended === 'Complete' ? 'succeeded' : job.ended === 'Failed' ? 'failed' : null
  const base = { invalid, ended, endedWhy: ended === 'failed' ? failureWords(job, pods) : null }
  if (ended) return { ...base, phase: 'done', waiting: null }
  if (pods.length < nodes)
    return {
      ...base,
      phase: 'created',
      waiting:
        warnings[0] ??
        (pods.length === 0
          ? 'The Job controller has not created pods yet'
          : `${pods.length} of ${nodes} pods are created`),
    }
  const unscheduled = pods.find((pod) => pod.node === null)
  if (unscheduled)
    return {
      ...base,
      phase: 'created',
      waiting: `${unscheduled.name}: ${unscheduled.scheduledMessage ?? 'not scheduled yet'}`,
    }
  const waiting = pods.find((pod) => pod.phase === 'Pending')
  if (waiting)
    return {
      ...base,
      phase: waiting.waiting && /Pull/.test(waiting.waiting) ? 'pulling' : 'scheduled',
      waiting: pendingWords(waiting, warnings),
    }
  return {
    ...base,
    phase: pods.every((pod) => pod.ready || pod.phase === 'Running') ? 'running' : 'ready',
    waiting: null,
  }
}

/** Two pods for one index: results of two launches would mix (F-73, M-22). */
function duplicateIndex(pods: readonly PodView[]): string | null {
  const seen = new Map<number, string>()
  for (const pod of pods) {
    if (pod.index === null) continue
    const other = seen.get(pod.index)
    if (other !== undefined && other !== pod.uid) return `Pod ${pod.index} was started twice: the result is not valid`
    seen.set(pod.index, pod.uid)
  }
  return null
}

function pendingWords(pod: PodView, warnings: readonly string[]): string {
  const own = [pod.waiting, pod.waitingMessage].filter((word) => word !== null).join(': ')
  const event = warnings.find((text) => text.includes(pod.name)) ?? warnings[0]
  return sanitiseLine(
    `${pod.name} on ${pod.node}: ${own || event || 'its containers are being created'}${own && event && !own.includes(event) ? `; ${event}` : ''}`,
    600,
  )
}

function failureWords(job: JobView, pods: readonly PodView[]): string {
  const gone = pods.find(
    (pod) =>
      pod.reason === 'Evicted' ||
      pod.reason === 'Preempted' ||
      pod.reason === 'NodeLost' ||
      pod.reason === 'Terminated' ||
      pod.reason === 'Shutdown',
  )
  if (gone)
    return sanitiseLine(
      `Worker ${gone.name} was ${gone.reason?.toLowerCase()}: ${gone.message ?? gone.node ?? ''}`,
      400,
    )
  if (job.reason === 'DeadlineExceeded') return 'The deadline passed before the benchmark ended'
  const exited = pods.find((pod) => pod.exitCode !== null && pod.exitCode !== 0)
  if (exited)
    return `Worker ${exited.name} ended with status ${exited.exitCode}${exited.exitCode === 78 ? ': the number of HCAs in the pod is wrong (see the log)' : exited.exitCode === 137 ? ': killed (out of memory?)' : ''}`
  return sanitiseLine(`The Job failed: ${job.reason ?? ''} ${job.message ?? ''}`, 400)
}
