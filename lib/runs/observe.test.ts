import { describe, expect, it } from 'vitest'
import { type JobView, observe } from './observe'
import { jobView, podView, warningsOf } from './views'
import { levelOfWaiting } from './waiting-level'
import { watchdog } from './watchdog'

/** Objects and words as kube-scheduler, kubelet, Multus and the Job controller of 1.30–1.36 write them. */
const JOB = jobView({ metadata: { uid: 'job' }, status: { active: 2 } })
const TWO = { nodes: 2, hasLauncher: false }

function job(change: Partial<JobView>): JobView {
  if (!JOB) throw new Error('no job')
  return { ...JOB, ...change }
}

function pod(index: number, status: object, spec: object = { nodeName: `dgx03${index}` }) {
  const view = podView({
    metadata: {
      name: `cairn-run-${index}-abcde`,
      uid: `pod-${index}`,
      annotations: { 'batch.kubernetes.io/job-completion-index': String(index) },
      ownerReferences: [{ kind: 'Job', uid: 'job' }],
    },
    spec,
    status: { phase: 'Pending', ...status },
  })
  if (!view) throw new Error('no pod')
  return view
}

const unscheduled = (message: string) =>
  pod(0, { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] }, {})
const waiting = (index: number, reason: string, message?: string) =>
  pod(index, {
    containerStatuses: [{ name: 'benchmark', state: { waiting: { reason, ...(message ? { message } : {}) } } }],
  })
const running = (index: number) =>
  pod(index, { phase: 'Running', startTime: '2026-11-21T12:00:00Z', containerStatuses: [{ state: { running: {} } }] })
const warning = (name: string, reason: string, message: string) =>
  warningsOf({
    items: [
      { type: 'Normal', reason: 'Scheduled', message: 'Successfully assigned', involvedObject: { name } },
      { type: 'Warning', reason, message, involvedObject: { name }, lastTimestamp: '2026-11-21T12:00:01Z' },
    ],
  })

const NO_GPU =
  '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient nvidia.com/gpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.'
const NO_VF =
  "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 2 Insufficient nvidia.com/resibp24s0. preemption: not eligible due to preemptionPolicy=Never."
const TAINT =
  '0/3 nodes are available: 3 node(s) had untolerated taint {maintenance: planned}. preemption: not eligible due to preemptionPolicy=Never.'
const PULL =
  'Back-off pulling image "nvcr.io/x@sha256:00": ErrImagePull: failed to pull and unpack image "nvcr.io/x@sha256:00": failed to resolve reference: 403 Forbidden'
const SANDBOX =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1f": plugin type="multus" name="multus-cni-network" failed (add): Multus: [cairn-runs/cairn-run-0-abcde/u]: error loading k8s delegates k8s args: TryLoadPodDelegates: error in getting k8s network for pod: GetNetworkDelegates: failed getting the delegate: getKubernetesDelegate: cannot find a network-attachment-definition (ibp24s0) in namespace (default): network-attachment-definitions.k8s.cni.cncf.io "ibp24s0" not found'
const IPAM =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox: plugin type="sriov" failed (add): failed to allocate for range 0: no IP addresses available in range set'
const QUOTA =
  'Error creating: pods "cairn-run-0-abcde" is forbidden: exceeded quota: gpus, requested: requests.nvidia.com/gpu=8, used: requests.nvidia.com/gpu=0, limited: requests.nvidia.com/gpu=4'
const PRIORITY =
  'Error creating: pods "cairn-run-0-abcde" is forbidden: no PriorityClass with name cairn-benchmark was found'

describe('why a run hangs, in the server’s own words (F-71)', () => {
  const cases = [
    ['no GPU', [unscheduled(NO_GPU)], [], 'created', NO_GPU, null],
    ['no VF', [unscheduled(NO_VF)], [], 'created', NO_VF, 'level 7'],
    ['taint', [unscheduled(TAINT)], [], 'created', TAINT, null],
    ['quota', [], warning('cairn-run', 'FailedCreate', QUOTA), 'created', QUOTA, null],
    ['priority class', [], warning('cairn-run', 'FailedCreate', PRIORITY), 'created', PRIORITY, null],
    ['image pull', [waiting(0, 'ImagePullBackOff', PULL)], [], 'pulling', PULL, 'level 8'],
    [
      'NAD missing',
      [waiting(0, 'ContainerCreating')],
      warning('cairn-run-0-abcde', 'FailedCreatePodSandBox', SANDBOX),
      'scheduled',
      'cannot find a network-attachment-definition',
      'level 6',
    ],
    [
      'no IP left',
      [waiting(0, 'ContainerCreating')],
      warning('cairn-run-0-abcde', 'FailedCreatePodSandBox', IPAM),
      'scheduled',
      'no IP addresses available',
      'level 7',
    ],
    [
      'memlock/config',
      [waiting(0, 'CreateContainerConfigError', 'configmap "cairn-run" not found')],
      [],
      'scheduled',
      'configmap "cairn-run" not found',
      null,
    ],
  ] as const

  it.each(cases)('%s', (_name, pods, warnings, phase, words, level) => {
    const others = pods.length === 0 ? [] : [running(1)]
    const seen = observe(JOB, [...pods, ...others], warnings, TWO)
    expect(seen).toMatchObject({ phase, ended: null, invalid: null })
    expect(seen.waiting).toContain(words)
    const found = levelOfWaiting(seen.waiting ?? '')
    if (level === null) expect(found).toBeNull()
    else expect(found).toContain(level)
  })

  it('the worker with a complaint is named, not the one that merely waits', () => {
    const seen = observe(JOB, [waiting(0, 'ContainerCreating'), waiting(1, 'ErrImagePull', PULL)], [], TWO)
    expect(seen.waiting).toMatch(/^cairn-run-1-abcde on dgx031: ErrImagePull/)
  })

  it('hostile words stay one clean line', () => {
    const seen = observe(JOB, [unscheduled('a\u001b[31m\nb\u202e'), running(1)], [], TWO)
    expect(seen.waiting).not.toMatch(/[\u001b\n\u202e]/)
  })
})

describe('how a run ends', () => {
  const failed = job({ ended: 'Failed', reason: 'BackoffLimitExceeded' })
  const died = (index: number, status: object) => pod(index, { phase: 'Failed', ...status })
  const exited = (exitCode: number, reason = 'Error') => ({
    containerStatuses: [{ state: { terminated: { exitCode, reason } } }],
  })

  it.each([
    [
      'evicted',
      JOB,
      [running(0), died(1, { reason: 'Evicted', message: 'The node was low on resource: memory.' })],
      'aborted',
      'was evicted: The node was low on resource',
    ],
    [
      'preempted',
      JOB,
      [
        running(0),
        died(1, {
          conditions: [
            {
              type: 'DisruptionTarget',
              status: 'True',
              reason: 'PreemptionByScheduler',
              message: 'Preempted by prod/trainer on node dgx031',
            },
          ],
        }),
      ],
      'aborted',
      'taken away: Preempted by',
    ],
    [
      'node dies',
      JOB,
      [running(0), died(1, { reason: 'NodeLost', message: 'Node dgx031 which was running pod is unresponsive' })],
      'aborted',
      'lost with its node',
    ],
    [
      'no GPU left on the node',
      JOB,
      [
        running(0),
        died(1, {
          reason: 'UnexpectedAdmissionError',
          message: 'Allocate failed due to requested number of devices unavailable for nvidia.com/gpu',
        }),
      ],
      'aborted',
      'refused by the kubelet',
    ],
    ['out of memory', failed, [running(0), died(1, exited(137, 'OOMKilled'))], 'aborted', 'out of memory'],
    ['wrong number of HCAs', failed, [running(0), died(1, exited(78))], 'failed', 'number of HCAs in the pod is wrong'],
    ['crash', failed, [running(0), died(1, exited(1))], 'failed', 'ended with status 1'],
    ['deadline', job({ ended: 'Failed', reason: 'DeadlineExceeded' }), [], 'aborted', 'deadline passed'],
    ['deleted', null, [], 'aborted', 'deleted by somebody else'],
    ['being deleted', job({ deleting: true }), [running(0), running(1)], 'aborted', 'deleted by somebody else'],
    ['complete', job({ ended: 'Complete' }), [], 'succeeded', null],
  ] as const)('%s', (_name, view, pods, ended, words) => {
    const seen = observe(view, pods, [], TWO)
    expect(seen.ended).toBe(ended)
    if (words === null) expect(seen.endedWhy).toBeNull()
    else expect(seen.endedWhy).toContain(words)
  })

  it('two pods for one index: invalid, whatever they print (M-22)', () => {
    const again = { ...running(0), uid: 'other' }
    expect(observe(JOB, [running(0), running(1), again], [], TWO).invalid).toContain('started twice')
    expect(observe(JOB, [running(0), running(1)], [], TWO).invalid).toBeNull()
  })
})

describe('watchdog', () => {
  const base = {
    now: 600_000,
    createdAt: 0,
    deadlineAt: 900_000,
    hasStarted: true,
    waiting: null,
    progressAt: 400_000,
    rows: [],
    iterations: 20,
  }
  const row = { sizeBytes: 8, timeUsec: 4_000_000, algbwGBps: 1, busbwGBps: 2, wrong: 0, inPlaceBusbwGBps: 2 }

  it('silence is a hang, a slow row is none', () => {
    expect(watchdog(base)?.why).toContain('it hangs')
    expect(watchdog({ ...base, progressAt: 500_000 })).toBeNull()
    // 4 s per operation, 26 rounds, in and out of place, twice the size: 416 s to the next row.
    expect(watchdog({ ...base, rows: [row] })).toBeNull()
  })

  it('a run that does not start is given up after 5 minutes, with the level to look at', () => {
    const stuck = { ...base, hasStarted: false, waiting: NO_VF }
    expect(watchdog({ ...stuck, now: 299_000 })).toBeNull()
    expect(watchdog({ ...stuck, now: 301_000 })?.why).toMatch(
      /Insufficient nvidia.com\/resibp24s0.*level 7 \(Network resources\)/,
    )
  })

  it('a Job controller that ignores the deadline is not waited for', () => {
    expect(watchdog({ ...base, progressAt: 950_000, now: 961_000 })?.why).toContain('deadline')
  })
})
