import type { z } from 'zod'
import type { runPhase } from '@/lib/contract/runs'
import { sanitiseLine } from '@/lib/sanitise'

export type Phase = z.output<typeof runPhase>

/** What is read of a run's Job; null: it does not exist (any more). */
export interface JobView {
  uid: string
  ended: 'Complete' | 'Failed' | null
  reason: string | null
  message: string | null
  /** An MPIJob that waits to be admitted (Kueue), in its own words. */
  suspended: string | null
  deleting: boolean
}

/** What is read of one of a run's pods. */
export interface PodView {
  name: string
  uid: string
  /** UID of the Job or MPIJob that owns it. */
  owner: string | null
  /** An MPIJob has a launcher besides its workers. */
  role: 'worker' | 'launcher'
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

/** Pods a run has when it is complete: one a node, and a launcher where an MPIJob is the owner. */
export interface Wanted {
  nodes: number
  hasLauncher: boolean
}

/** The pod whose log has the result: the launcher, or the first worker. */
export function leaderOf(pods: readonly PodView[], { hasLauncher }: Wanted): PodView | undefined {
  return pods.find((pod) => (hasLauncher ? pod.role === 'launcher' : pod.index === 0))
}

/** Whether every worker exists. */
export function hasAllWorkers(pods: readonly PodView[], { nodes }: Wanted): boolean {
  return pods.filter((pod) => pod.role === 'worker').length >= nodes
}

/** Reads owner, pods and the newest warning events of a run into one phase. Pure. */
export function observe(
  job: JobView | null,
  pods: readonly PodView[],
  warnings: readonly string[],
  wanted: Wanted,
): Observed {
  const invalid = duplicateIndex(pods)
  if (!job || (job.deleting && job.ended === null)) {
    const what = wanted.hasLauncher ? 'MPIJob' : 'Job'
    const endedWhy = `The ${what} was deleted by somebody else`
    return { phase: 'done', waiting: null, invalid, ended: 'aborted', endedWhy }
  }
  if (job.ended === 'Complete') return { phase: 'done', waiting: null, invalid, ended: 'succeeded', endedWhy: null }
  // A worker that was taken away ends the run at once: the Job controller may take long to say so (F-72).
  const taken = takenAway(pods)
  if (taken) return { phase: 'done', waiting: null, invalid, ended: 'aborted', endedWhy: taken }
  if (job.ended === 'Failed') {
    const ended = isDeadline(job) ? 'aborted' : 'failed'
    return { phase: 'done', waiting: null, invalid, ended, endedWhy: failureWords(job, pods) }
  }
  // The MPI Operator goes on waiting for a worker that has failed.
  const dead = wanted.hasLauncher && pods.some((pod) => pod.role === 'worker' && (pod.exitCode ?? 0) !== 0)
  if (dead) return { phase: 'done', waiting: null, invalid, ended: 'failed', endedWhy: failureWords(job, pods) }
  return { ...hanging(job, pods, warnings, wanted), invalid, ended: null, endedWhy: null }
}

/** Phase of a run that has not ended, and why it hangs. */
function hanging(
  job: JobView,
  pods: readonly PodView[],
  warnings: readonly string[],
  wanted: Wanted,
): Pick<Observed, 'phase' | 'waiting'> {
  if (!hasAllWorkers(pods, wanted)) {
    const there = pods.filter((pod) => pod.role === 'worker').length
    const controller = wanted.hasLauncher ? 'MPI Operator' : 'Job controller'
    const words =
      there === 0 ? `The ${controller} has not created pods yet` : `${there} of ${wanted.nodes} pods are created`
    const suspended = job.suspended === null ? null : `The MPIJob waits to be admitted: ${job.suspended}`
    return { phase: 'created', waiting: sanitiseLine(warnings[0] ?? suspended ?? words, 700) }
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
  if (!leaderOf(pods, wanted))
    return { phase: 'scheduled', waiting: 'The workers run; the launcher is not created yet' }
  return { phase: 'ready', waiting: null }
}

/** Waiting reasons that are no complaint. */
const QUIET = new Set(['ContainerCreating', 'PodInitializing'])

/** Two pods for one place: results of two launches would mix (F-73, M-22). */
function duplicateIndex(pods: readonly PodView[]): string | null {
  const seen = new Map<string, string>()
  for (const pod of pods) {
    if (pod.index === null && pod.role === 'worker') continue
    const place = pod.role === 'launcher' ? 'The launcher' : `Pod ${pod.index}`
    const other = seen.get(place)
    if (other !== undefined && other !== pod.uid) return `${place} was started twice: the result is not valid`
    seen.set(place, pod.uid)
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

/** The MPI Operator hands on its launcher Job's reason in words. */
function isDeadline({ reason, message }: JobView): boolean {
  return reason === 'DeadlineExceeded' || /DeadlineExceeded/.test(`${reason ?? ''} ${message ?? ''}`)
}

function failureWords(job: JobView, pods: readonly PodView[]): string {
  if (isDeadline(job)) return 'The deadline passed before the benchmark ended'
  const exited = pods.find((pod) => pod.exitCode !== null && pod.exitCode !== 0)
  if (exited) {
    const known = EXITS[exited.exitCode ?? 0] ?? ''
    return `${exited.role === 'launcher' ? 'Launcher' : 'Worker'} ${exited.name} on ${exited.node} ended with status ${exited.exitCode}${known}`
  }
  return sanitiseLine(`The run failed: ${job.reason ?? ''} ${job.message ?? ''}`, 400)
}

/** Exit statuses of our own programs and of signals, in words. */
const EXITS: Readonly<Record<number, string>> = {
  78: ': the number of HCAs in the pod is wrong (see the log)',
  127: ': the image lacks a program the benchmark needs',
  137: ': it was killed',
  139: ': it crashed (SIGSEGV)',
}
