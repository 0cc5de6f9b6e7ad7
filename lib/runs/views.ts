import type { JobView, PodView } from './observe'

/** Reads Job and Pod objects as the API sends them; what is missing or of another type stays null. */

type Fields = Record<string, unknown>

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function items(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : []
}

function word(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** Conditions that end a Job, and those that end an MPIJob. */
const ENDS: Readonly<Record<string, 'Complete' | 'Failed'>> = {
  Complete: 'Complete',
  Succeeded: 'Complete',
  Failed: 'Failed',
}

/** The owner of a run: a Job or an MPIJob, as far as both say the same. */
export function jobView(object: unknown): JobView | null {
  const job = fields(object)
  const metadata = fields(job.metadata)
  const uid = word(metadata.uid)
  if (uid === null) return null
  const conditions = items(fields(job.status).conditions).filter((condition) => condition.status === 'True')
  const ended = conditions.find((condition) => typeof condition.type === 'string' && condition.type in ENDS)
  const suspended = conditions.find((condition) => condition.type === 'Suspended')
  return {
    uid,
    ended: typeof ended?.type === 'string' ? (ENDS[ended.type] ?? null) : null,
    reason: word(ended?.reason),
    message: word(ended?.message),
    suspended: suspended ? (word(suspended.message) ?? 'suspended') : null,
    deleting: metadata.deletionTimestamp !== undefined,
  }
}

/** UID of whoever controls an object; null for an object of its own. */
export function ownerUid(object: unknown, kind: string): string | null {
  const owner = items(fields(fields(object).metadata).ownerReferences).find((reference) => reference.kind === kind)
  return word(owner?.uid)
}

/** Labels by which the MPI Operator tells launcher and workers (pkg/apis/kubeflow/v2beta1/constants.go). */
const ROLE_LABEL = 'training.kubeflow.org/job-role'
const REPLICA_LABEL = 'training.kubeflow.org/replica-index'

export function podView(object: unknown): PodView | null {
  const pod = fields(object)
  const metadata = fields(pod.metadata)
  const [name, uid] = [word(metadata.name), word(metadata.uid)]
  if (name === null || uid === null) return null
  const status = fields(pod.status)
  const conditions = items(status.conditions)
  const container = items(status.containerStatuses)[0] ?? {}
  const state = fields(container.state)
  const waiting = fields(state.waiting)
  const terminated = fields(state.terminated)
  const scheduled = conditions.find((condition) => condition.type === 'PodScheduled' && condition.status === 'False')
  const disruption = conditions.find(
    (condition) => condition.type === 'DisruptionTarget' && condition.status === 'True',
  )
  const labels = fields(metadata.labels)
  const isLauncher = labels[ROLE_LABEL] === 'launcher'
  const index =
    fields(metadata.annotations)['batch.kubernetes.io/job-completion-index'] ??
    labels['batch.kubernetes.io/job-completion-index'] ??
    labels[REPLICA_LABEL]
  return {
    name,
    uid,
    owner: ownerUid(object, 'Job') ?? ownerUid(object, 'MPIJob'),
    role: isLauncher ? 'launcher' : 'worker',
    hostname: word(fields(pod.spec).hostname),
    index: typeof index === 'string' && /^\d+$/.test(index) ? Number(index) : null,
    node: word(fields(pod.spec).nodeName),
    phase: word(status.phase) ?? 'Unknown',
    reason: word(status.reason),
    message: word(status.message),
    ready: conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
    waiting: word(waiting.reason),
    waitingMessage: word(waiting.message),
    exitCode: typeof terminated.exitCode === 'number' ? terminated.exitCode : null,
    exitReason: word(terminated.reason),
    scheduledMessage: word(scheduled?.message),
    disruption: disruption ? (word(disruption.message) ?? word(disruption.reason) ?? 'no reason given') : null,
    startedAt: word(status.startTime),
  }
}

/** Messages of Warning events, newest first. */
export function warningsOf(list: unknown): string[] {
  return items(fields(list).items)
    .filter((event) => event.type === 'Warning')
    .sort((a, b) =>
      String(b.lastTimestamp ?? b.eventTime ?? '').localeCompare(String(a.lastTimestamp ?? a.eventTime ?? '')),
    )
    .flatMap((event) => {
      const message = word(event.message)
      const object = word(fields(event.involvedObject).name)
      return message === null ? [] : [`${object ?? ''}: ${word(event.reason) ?? ''}: ${message}`]
    })
    .slice(0, 20)
}
