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
  /** Type of the condition that is True: Complete, Failed. */
  ended: 'Complete' | 'Failed' | null
  reason: string | null
  message: string | null
  deleting: boolean
}

/** What is read of one of a run's pods. */
export interface PodView {
  name: string
  uid: string
  /** UID of the Job that owns it. */
  owner: string | null
  index: number | null
  hostname: string | null
  node: string | null
  phase: string
  reason: string | null
  message: string | null
  ready: boolean
  /** Waiting reason of the container, e.g. ImagePullBackOff. */
  waiting: string | null
  waitingMessage: string | null
  exitCode: number | null
  /** Reason of the container's end, e.g. OOMKilled. */
  exitReason: string | null
  scheduledMessage: string | null
  /** Message (or reason) of a DisruptionTarget condition: who took the pod away and why. */
  disruption: string | null
  startedAt: string | null
}

/** Where a run stands, from its Job and pods. */
export interface Observed {
  phase: Phase
  /** Why the phase hangs, in the server's own words. */
  waiting: string | null
  /** A reason why this run can never give a valid result. */
  invalid: string | null
  /** `aborted`: something from outside ended it, which says nothing of the nodes' NCCL. */
  ended: 'succeeded' | 'failed' | 'aborted' | null
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
  if (!job || (job.deleting && job.ended === null))
    return { phase: 'done', waiting: null, invalid, ended: 'aborted', endedWhy: 'The Job was deleted by somebody else' }
  if (job.ended === 'Complete') return { phase: 'done', waiting: null, invalid, ended: 'succeeded', endedWhy: null }
  // A worker that was taken away ends the run at once: the Job controller may take long to say so (F-72).
  const taken = takenAway(pods)
  if (taken) return { phase: 'done', waiting: null, invalid, ended: 'aborted', endedWhy: taken }
  if (job.ended === 'Failed') {
    const ended = job.reason === 'DeadlineExceeded' ? 'aborted' : 'failed'
    return { phase: 'done', waiting: null, invalid, ended, endedWhy: failureWords(job, pods) }
  }
  return { ...hanging(pods, warnings, nodes), invalid, ended: null, endedWhy: null }
}

/** Phase of a run that has not ended, and why it hangs. */
function hanging(
  pods: readonly PodView[],
  warnings: readonly string[],
  nodes: number,
): Pick<Observed, 'phase' | 'waiting'> {
  if (pods.length < nodes) {
    const none = pods.length === 0
    const words = none ? 'The Job controller has not created pods yet' : `${pods.length} of ${nodes} pods are created`
    return { phase: 'created', waiting: sanitiseLine(warnings[0] ?? words, 700) }
  }
  const unscheduled = pods.find((pod) => pod.node === null)
  if (unscheduled) {
    const words = unscheduled.scheduledMessage ?? warnings.find((text) => text.includes(unscheduled.name))
    return { phase: 'created', waiting: sanitiseLine(`${unscheduled.name}: ${words ?? 'not scheduled yet'}`, 700) }
  }
  // The one with a complaint first: others may merely wait for it.
  const pending = pods.filter((pod) => pod.phase === 'Pending')
  const waiting = pending.find((pod) => pod.waiting !== null && !QUIET.has(pod.waiting)) ?? pending[0]
  if (waiting) {
    const isPulling =
      waiting.waiting === null ? false : /Pull|InvalidImageName|RegistryUnavailable/.test(waiting.waiting)
    return { phase: isPulling ? 'pulling' : 'scheduled', waiting: pendingWords(waiting, warnings) }
  }
  return { phase: 'ready', waiting: null }
}

/** Waiting reasons that are no complaint. */
const QUIET = new Set(['ContainerCreating', 'PodInitializing'])

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
  const isQuiet = pod.waiting === null || QUIET.has(pod.waiting)
  const words = isQuiet ? (event ?? 'its containers are being created') : own
  return sanitiseLine(
    `${pod.name} on ${pod.node}: ${words}${event && !isQuiet && !own.includes(event) ? `; ${event}` : ''}`,
    700,
  )
}

/** Reasons of a pod's status with which somebody else ended it: kubelet, scheduler, node controller, admission. */
const TAKEN: Readonly<Record<string, string>> = {
  Evicted: 'was evicted',
  Preempted: 'was preempted',
  Preempting: 'was preempted',
  NodeLost: 'was lost with its node',
  NodeShutdown: 'was ended by a shutdown of its node',
  Terminated: 'was ended by a shutdown of its node',
  Shutdown: 'was ended by a shutdown of its node',
  NodeAffinity: 'was refused by the kubelet',
  UnexpectedAdmissionError: 'was refused by the kubelet',
  OutOfcpu: 'was refused by the kubelet',
  OutOfmemory: 'was refused by the kubelet',
}

function takenAway(pods: readonly PodView[]): string | null {
  for (const pod of pods) {
    const how = pod.reason === null ? undefined : pod.reason.startsWith('OutOf') ? TAKEN.OutOfcpu : TAKEN[pod.reason]
    const where = pod.node === null ? '' : ` on ${pod.node}`
    if (how && pod.phase === 'Failed')
      return sanitiseLine(`Worker ${pod.name}${where} ${how}: ${pod.message ?? pod.reason}`, 500)
    if (pod.disruption !== null)
      return sanitiseLine(`Worker ${pod.name}${where} was taken away: ${pod.disruption}`, 500)
    if (pod.exitReason === 'OOMKilled')
      return `Worker ${pod.name}${where} was killed: out of memory (OOMKilled, status ${pod.exitCode ?? 137})`
  }
  return null
}

function failureWords(job: JobView, pods: readonly PodView[]): string {
  if (job.reason === 'DeadlineExceeded') return 'The deadline passed before the benchmark ended'
  const exited = pods.find((pod) => pod.exitCode !== null && pod.exitCode !== 0)
  if (exited) {
    const known = EXITS[exited.exitCode ?? 0] ?? ''
    return `Worker ${exited.name} on ${exited.node} ended with status ${exited.exitCode}${known}`
  }
  return sanitiseLine(`The Job failed: ${job.reason ?? ''} ${job.message ?? ''}`, 400)
}

/** Exit statuses of our own programs and of signals, in words. */
const EXITS: Readonly<Record<number, string>> = {
  78: ': the number of HCAs in the pod is wrong (see the log)',
  127: ': the image lacks a program the benchmark needs',
  137: ': it was killed',
  139: ': it crashed (SIGSEGV)',
}
