import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = [
  'memlock-limit',
  'missing-ipc-lock',
  'memlock-host-limit',
  'nccl-error-signature',
  'no-rdma-connectivity',
  'run-incomplete',
] as const

/** RDMA cannot pin memory: the limit inside the pod is low and nothing lifts it. */
export default cause({
  id: 'memlock-limit',
  title: 'Locked-memory limit stops RDMA in pods',
  level: 'pod',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 70,
  why: 'The kernel counts pinned pages against RLIMIT_MEMLOCK unless the process has IPC_LOCK. The container runtime’s own limit is what a pod inherits.',
  refs: ['research/nccl.md §3 (verbs.reg_mr_enomem), §5.4'],
  match(input) {
    const refused = faulty(input, 'memlock-limit')
    if (refused?.status !== 'fail') return null
    const lock = faulty(input, 'missing-ipc-lock')
    return {
      summary: `RDMA fails in the pod because memory cannot be locked (${lock?.summary ?? refused.summary}): add capability IPC_LOCK or raise the runtime’s LimitMEMLOCK`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(refused, [{ text: 'Add capability IPC_LOCK to the container', risk: 'restart-pods' }]),
      params: {},
    }
  },
  examples: [
    {
      name: 'registration refused',
      verdicts: [
        failed('memlock-limit', 'pod', 'RDMA memory registration was refused'),
        failed('missing-ipc-lock', 'pod', 'no IPC_LOCK', { status: 'warn' }),
      ],
      matches: true,
    },
    {
      name: 'only the capability is missing',
      verdicts: [failed('missing-ipc-lock', 'pod', 'no IPC_LOCK', { status: 'warn' })],
      matches: false,
    },
  ],
})
