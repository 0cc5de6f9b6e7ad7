import { check } from '@/lib/check'
import { aPod } from '@/lib/examples/stack'
import { anMpiJob } from '@/lib/examples/workloads'
import { jobName, mpiPhase, podsOf } from '@/lib/mpi-job'
import { whyNotReady } from '@/lib/pod-state'
import { sh } from '@/lib/shell'

const CREATED = { type: 'Created', status: 'True', reason: 'MPIJobCreated', message: null, since: null }
const base = anMpiJob()
const WAITING = anMpiJob({
  conditions: [CREATED],
  replicas: base.replicas.map((each) => (each.role === 'Worker' ? { ...each, active: 1 } : each)),
})
const WORKER = aPod('nccl-worker-1', {
  namespace: 'team',
  phase: 'Pending',
  labels: { 'training.kubeflow.org/job-name': 'nccl' },
  conditions: [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '2 Insufficient nvidia.com/resibp206s0',
      since: null,
    },
  ],
})

/** MPIJobs that wait for workers, or are suspended. */
export default check({
  id: 'mpijob-waiting',
  level: 'pod',
  scope: 'cluster',
  title: { pass: 'No MPIJob waits for workers', fail: 'An MPIJob waits for its workers' },
  why: 'An MPIJob counts as running only when launcher and all workers run. One worker that cannot get one rail holds the whole job, and the job itself says nothing but Created.',
  refs: ['k8s-formats §12 (MPI-1)', 'samples/recorded/17', 'kubeflow/mpi-operator updateMPIJobStatus'],
  needs: ['mpiJobs'],
  wants: ['pods'],
  after: [],
  run({ mpiJobs, pods }) {
    if (mpiJobs.length === 0) return { status: 'skip', summary: 'No MPIJob exists' }
    const waiting = mpiJobs.filter((job) => ['created', 'restarting', 'suspended'].includes(mpiPhase(job)))
    if (waiting.length === 0)
      return {
        status: 'pass',
        summary: `${mpiJobs.length} MPIJobs: ${mpiJobs
          .map((job) => `${jobName(job)} ${mpiPhase(job)}`)
          .slice(0, 5)
          .join(', ')}`,
      }
    const findings = waiting.map((job) => {
      if (mpiPhase(job) === 'suspended')
        return {
          subject: jobName(job),
          status: 'warn' as const,
          summary: 'is suspended (runPolicy.suspend): nothing is started on purpose',
        }
      const worker = job.replicas.find((each) => each.role === 'Worker')
      const stuck = podsOf(job, pods ?? []).flatMap((pod) => {
        const why = whyNotReady(pod)
        return why === null ? [] : [`${pod.name}: ${why}`]
      })
      const count = `${worker?.active ?? 0} of ${worker?.replicas ?? 'unknown'} workers active, not Running yet`
      return {
        subject: jobName(job),
        status: 'warn' as const,
        summary: stuck.length > 0 ? `${count}; ${stuck.slice(0, 3).join('; ')}` : count,
      }
    })
    return {
      status: 'warn',
      summary: findings.map((each) => `${each.subject}: ${each.summary}`).join('; '),
      findings,
      fix: waiting.slice(0, 2).map((job) => ({
        text: 'Look at the worker pods of the job: their events say what is missing',
        command: sh`kubectl -n ${job.namespace} describe pods -l ${`training.kubeflow.org/job-name=${job.name}`}`,
        risk: 'none',
        verify: sh`kubectl -n ${job.namespace} get mpijob ${job.name} shows Running`,
      })),
      reason: mpiPhase(waiting[0] ?? WAITING),
    }
  },
  examples: [
    { name: 'runs', facts: { mpiJobs: [base] }, status: 'pass' },
    { name: 'one worker short of a rail', facts: { mpiJobs: [WAITING], pods: [WORKER] }, status: 'warn' },
    { name: 'suspended', facts: { mpiJobs: [anMpiJob({ suspend: true, conditions: [] })] }, status: 'warn' },
    { name: 'none', facts: { mpiJobs: [] }, status: 'skip' },
  ],
})
