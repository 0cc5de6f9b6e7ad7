import { check, lacking } from '@/lib/check'
import { exampleHit, exampleRuns } from '@/lib/rules/examples/nccl'
import { crossesNodes, hasSignature, judgedRun, lineEvidence, NO_RUN } from '@/lib/rules/nccl-run'

const REFUSED = 'verbs.reg_mr_enomem'

export default check({
  id: 'memlock-limit',
  level: 'pod',
  title: { pass: 'Pods can lock the memory RDMA needs', fail: 'Locked-memory limit stops RDMA' },
  why: 'Buffers are pinned against RLIMIT_MEMLOCK unless the process has IPC_LOCK. A low limit (64 KiB, 8 MiB) makes memory registration fail with “Cannot allocate memory” although memory is free.',
  refs: ['nccl.md §3 (verbs.reg_mr_enomem), §5.4', 'Linux drivers/infiniband/core/umem.c (ib_umem_get)'],
  needs: ['ncclRuns'],
  after: [],
  run({ ncclRuns }) {
    const run = judgedRun(ncclRuns)
    if (run === null) return lacking(NO_RUN)
    if (hasSignature(run, REFUSED)) {
      const line = run.signatures.find((hit) => hit.id === REFUSED)?.line ?? ''
      return {
        status: 'fail',
        summary: `RDMA memory registration was refused (${line.slice(0, 200)}): ulimit -l inside the pod must be unlimited, or the container needs IPC_LOCK`,
        evidence: lineEvidence(run, [REFUSED]),
        reason: 'memlock-limit',
        fix: [
          {
            text: 'Look at the limit inside a worker pod; it must print unlimited',
            command: 'ulimit -l; grep CapEff /proc/self/status',
            risk: 'none',
          },
          {
            text: 'Add capability IPC_LOCK to the container, or LimitMEMLOCK=infinity to the unit of the container runtime',
            risk: 'restart-pods',
          },
        ],
      }
    }
    // Devices are chosen long before memory is registered: only results between nodes show that it was.
    const moved = run.rows.length > 0 && crossesNodes(run) === true
    if (!moved || run.transport === null || run.transport === 'Socket')
      return lacking('no run registered RDMA memory in a pod')
    return { status: 'pass', summary: `RDMA memory was registered in the run (transport ${run.transport})` }
  },
  examples: [
    { name: 'a run over InfiniBand', facts: { ncclRuns: exampleRuns() }, status: 'pass' },
    {
      name: 'registration refused',
      facts: {
        ncclRuns: exampleRuns({
          signatures: [exampleHit(REFUSED, 'fatal', 'Call to ibv_reg_mr failed with error Cannot allocate memory')],
        }),
      },
      status: 'fail',
    },
    { name: 'sockets only', facts: { ncclRuns: exampleRuns({ transport: 'Socket' }) }, status: 'lacking' },
  ],
})
