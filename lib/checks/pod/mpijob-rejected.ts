import { check, type Finding, lacking } from '@/lib/check'
import { eventSubject } from '@/lib/event-subject'
import { anEvent } from '@/lib/examples/stack'
import { anMpiJob } from '@/lib/examples/workloads'
import { fromFindings } from '@/lib/k8s/from-findings'
import { jobName, mpiPhase, validationError } from '@/lib/mpi-job'
import { sh } from '@/lib/shell'

const UNSEEN = anMpiJob({ hasStatus: false, conditions: [] })
const ERROR = anEvent(
  'MPIJob',
  'nccl',
  'ValidationError',
  'Found validation errors: spec.mpiReplicaSpecs[Worker].replicas: Invalid value: 0',
  { namespace: 'team', objectNamespace: 'team' },
)

/** MPIJobs that the API stored and the operator then refused: no status, one event. */
export default check({
  id: 'mpijob-rejected',
  level: 'pod',
  scope: 'cluster',
  title: { pass: 'The MPI operator accepts every MPIJob', fail: 'The MPI operator refuses an MPIJob' },
  why: 'The CRD accepts zero workers or a wrong cleanPodPolicy, and kubectl says created. The operator then refuses the job with one ValidationError event and never writes a status.',
  refs: ['k8s-formats §20.25'],
  needs: [],
  wants: ['mpiJobs', 'events', 'toldEvents'],
  anyOf: ['mpiJobs', 'toldEvents'],
  after: [],
  run({ mpiJobs, events, toldEvents }) {
    if (mpiJobs === undefined) {
      const told = (toldEvents ?? []).filter((each) => each.kind === 'MPIJob' && /Validation/.test(each.reason))
      const findings = told.map(
        (each): Finding => ({ subject: eventSubject(each), status: 'fail', summary: `is refused: ${each.message}` }),
      )
      if (findings.length === 0) return { status: 'skip', summary: 'No event of a refused MPIJob' }
      return fromFindings(findings, '', {
        reason: 'validation-error',
        fix: [{ text: 'Correct the field that the event names and create the job again', risk: 'none' }],
      })
    }
    if (mpiJobs.length === 0) return { status: 'skip', summary: 'No MPIJob exists' }
    const refused = mpiJobs.flatMap((job) => {
      const why = validationError(job, events)
      return why === null ? [] : [{ job, why }]
    })
    const unseen = mpiJobs.filter((job) => mpiPhase(job) === 'unseen')
    if (refused.length === 0 && unseen.length > 0)
      return lacking(
        `${unseen.map(jobName).join(', ')} has no status and no ValidationError event was read: new, or no operator watches it`,
      )
    if (refused.length === 0)
      return { status: 'pass', summary: `${mpiJobs.length} MPIJobs have a status of the operator` }
    return {
      status: 'fail',
      summary: refused.map((each) => `${jobName(each.job)} is refused: ${each.why}`).join('; '),
      findings: refused.map((each) => ({ subject: jobName(each.job), status: 'fail', summary: each.why })),
      fix: [
        {
          text: 'Correct the field that the event names and create the job again',
          command: sh`kubectl -n ${refused[0]?.job.namespace ?? ''} describe mpijob ${refused[0]?.job.name ?? ''}`,
          risk: 'none',
        },
      ],
      reason: 'validation-error',
    }
  },
  examples: [
    { name: 'runs', facts: { mpiJobs: [anMpiJob()] }, status: 'pass' },
    { name: 'zero workers', facts: { mpiJobs: [UNSEEN], events: [ERROR] }, status: 'fail' },
    { name: 'no status, no event', facts: { mpiJobs: [UNSEEN], events: [] }, status: 'lacking' },
    { name: 'none', facts: { mpiJobs: [] }, status: 'skip' },
    { name: 'only the event', facts: { toldEvents: [ERROR] }, status: 'fail' },
  ],
})
