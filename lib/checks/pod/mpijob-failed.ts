import type { MpiJobFact } from '@/collectors/cluster/mpi-jobs/collector'
import { check, type Finding, type Lacking, lacking, type Verdict } from '@/lib/check'
import { aPod } from '@/lib/examples/stack'
import { anMpiJob } from '@/lib/examples/workloads'
import { heldGpus, jobName, mpiPhase, nodesOf } from '@/lib/mpi-job'
import { sh } from '@/lib/shell'

const FAILED = anMpiJob({
  completedAt: '2026-03-02T10:00:00Z',
  cleanPodPolicy: 'None',
  conditions: [
    {
      type: 'Failed',
      status: 'True',
      reason: 'BackoffLimitExceeded/',
      message: 'Job has reached the specified backoff limit: ',
      since: null,
    },
  ],
})
const SUCCEEDED = anMpiJob({
  conditions: [
    { type: 'Running', status: 'False', reason: 'MPIJobRunning', message: null, since: null },
    { type: 'Succeeded', status: 'True', reason: 'MPIJobSucceeded', message: null, since: null },
  ],
})
const MEANING: Readonly<Record<string, string>> = {
  BackoffLimitExceeded: 'the launcher ended with an error as often as backoffLimit allows: its log says why',
  DeadlineExceeded: 'the job ran longer than activeDeadlineSeconds',
  MPIJobEvicted: 'the launcher was evicted from its node',
}

/** MPIJobs that failed, and GPUs that finished ones still hold. */
export default check({
  id: 'mpijob-failed',
  level: 'pod',
  scope: 'cluster',
  title: { pass: 'No MPIJob failed', fail: 'An MPIJob failed' },
  why: 'The reason of a failed MPIJob ends in an empty suffix when the program simply exited with an error, so the launcher log decides. With cleanPodPolicy None its workers keep their GPUs after the end.',
  refs: ['k8s-formats §12, §20.26', 'samples/recorded/16, 18'],
  needs: ['mpiJobs'],
  wants: ['pods'],
  after: [],
  run({ mpiJobs, pods }): Verdict | Lacking {
    if (mpiJobs.length === 0) return { status: 'skip', summary: 'No MPIJob exists' }
    if (mpiJobs.every((job) => !job.hasStatus)) return lacking('no MPIJob shows a status: nothing tells how it ended')
    const ended = mpiJobs.filter((job) => mpiPhase(job) === 'failed' || mpiPhase(job) === 'succeeded')
    const findings = ended.flatMap((job): Finding[] => {
      const failed = job.conditions.find((each) => each.type === 'Failed' && each.status === 'True')
      const about = { subject: jobName(job), ...nodesOf(job, pods ?? []) }
      const gpus = heldGpus(job, pods ?? [])
      const held =
        gpus > 0 ? `${gpus} GPUs are still held by its pods (cleanPodPolicy ${job.cleanPodPolicy ?? 'not set'})` : null
      if (!failed) return held === null ? [] : [{ ...about, status: 'warn', summary: `has succeeded, but ${held}` }]
      const [reason = '', detail = ''] = (failed.reason ?? '').split('/')
      const words = `failed: ${failed.reason ?? 'no reason'}: ${MEANING[reason] ?? failed.message ?? 'no message'}${detail ? ` (${detail})` : ''}`
      return [{ ...about, status: 'fail', summary: held === null ? words : `${words}; ${held}` }]
    })
    if (findings.length === 0)
      return {
        status: 'pass',
        summary: `${mpiJobs.length} MPIJobs, none failed: ${mpiJobs
          .map((job) => `${jobName(job)} ${mpiPhase(job)}`)
          .slice(0, 5)
          .join(', ')}`,
      }
    const [first] = ended.filter((job) => findings.some((each) => each.subject === jobName(job)))
    return {
      status: findings.some((each) => each.status === 'fail') ? 'fail' : 'warn',
      summary: findings.map((each) => `${each.subject} ${each.summary}`).join('; '),
      findings: [...findings].sort((a, b) => Number(b.status === 'fail') - Number(a.status === 'fail')),
      fix: [
        {
          text: 'Read the log of the launcher',
          command: sh`kubectl -n ${first?.namespace ?? ''} logs -l ${`training.kubeflow.org/job-name=${first?.name ?? ''},training.kubeflow.org/job-role=launcher`} --tail=200`,
          risk: 'none',
        },
        {
          text: 'Delete the job when its log is saved: that gives the GPUs back',
          command: sh`kubectl -n ${first?.namespace ?? ''} delete mpijob ${first?.name ?? ''}`,
          risk: 'restart-pods',
        },
      ],
      reason: findings[0]?.status === 'fail' ? 'failed' : 'gpus-held',
      params: { reason: firstReason(ended) },
    }
  },
  examples: [
    { name: 'succeeded, Running is False', facts: { mpiJobs: [SUCCEEDED] }, status: 'pass' },
    {
      name: 'launcher failed',
      facts: {
        mpiJobs: [FAILED],
        pods: [
          aPod('w', {
            namespace: 'team',
            labels: { 'training.kubeflow.org/job-name': 'nccl' },
            requests: { 'nvidia.com/gpu': 8 },
          }),
        ],
      },
      status: 'fail',
    },
    { name: 'none', facts: { mpiJobs: [] }, status: 'skip' },
  ],
})

function firstReason(jobs: readonly MpiJobFact[]): string {
  const failed = jobs.flatMap((job) =>
    job.conditions.filter((each) => each.type === 'Failed' && each.status === 'True'),
  )
  return failed[0]?.reason?.split('/')[0] ?? ''
}
