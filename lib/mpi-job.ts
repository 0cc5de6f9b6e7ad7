import type { EventFact } from '@/collectors/cluster/events/collector'
import type { MpiJobFact } from '@/collectors/cluster/mpi-jobs/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'

/** Where an MPIJob stands; Running False with reason MPIJobRunning is what a finished job shows (k8s-formats §12). */
export type MpiPhase = 'succeeded' | 'failed' | 'suspended' | 'running' | 'restarting' | 'created' | 'unseen'

/** The phase by the conditions that are True, the final ones first. */
export function mpiPhase(job: MpiJobFact): MpiPhase {
  const holds = (type: string) => job.conditions.some((each) => each.type === type && each.status === 'True')
  if (holds('Failed')) return 'failed'
  if (holds('Succeeded')) return 'succeeded'
  if (job.suspend || holds('Suspended')) return 'suspended'
  if (holds('Running')) return 'running'
  if (holds('Restarting')) return 'restarting'
  return job.conditions.length > 0 || job.hasStatus ? 'created' : 'unseen'
}

/** `team/nccl`. */
export function jobName(job: MpiJobFact): string {
  return `${job.namespace}/${job.name}`
}

/** Pods of a job by the operator's label. */
export function podsOf(job: MpiJobFact, pods: readonly PodFact[]): PodFact[] {
  return pods.filter(
    (pod) => pod.namespace === job.namespace && pod.labels['training.kubeflow.org/job-name'] === job.name,
  )
}

/** Nodes the job's pods are bound to, for its finding; nothing where none is known. */
export function nodesOf(job: MpiJobFact, pods: readonly PodFact[]): { nodes?: readonly string[] } {
  const names = [...new Set(podsOf(job, pods).flatMap((pod) => pod.node ?? []))]
  return names.length === 0 ? {} : { nodes: names }
}

/** The operator's refusal of a job that the API had already stored: only an event tells (k8s-formats §20.25). */
export function validationError(job: MpiJobFact, events: readonly EventFact[] | undefined): string | null {
  const found = events?.find(
    (each) =>
      each.kind === 'MPIJob' &&
      each.objectName === job.name &&
      (each.objectNamespace ?? job.namespace) === job.namespace &&
      /Validation/.test(each.reason),
  )
  return found?.message ?? null
}

/** GPUs that pods of a finished job still hold. */
export function heldGpus(job: MpiJobFact, pods: readonly PodFact[]): number {
  return podsOf(job, pods)
    .filter((pod) => pod.phase === 'Running' || pod.phase === 'Pending')
    .reduce((sum, pod) => sum + (pod.requests['nvidia.com/gpu'] ?? 0), 0)
}
