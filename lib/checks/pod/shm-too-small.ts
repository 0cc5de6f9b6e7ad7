import { check, type Finding } from '@/lib/check'
import { fromFindings } from '@/lib/k8s/from-findings'
import { current, podName } from '@/lib/k8s/networks'
import { examplePod } from '@/lib/k8s/pod-examples'

/** nccl.md (peer preflight): df /dev/shm must show at least 1 GiB. */
const LEAST = 2 ** 30

export default check({
  id: 'shm-too-small',
  level: 'pod',
  title: { pass: 'GPU pods have enough shared memory', fail: 'GPU pod has little shared memory' },
  why: 'The container runtime gives 64 MiB of /dev/shm. NCCL with several GPUs needs more and fails with “No space left on device”; an emptyDir of medium Memory at /dev/shm gives it.',
  refs: ['nccl.md §3 (shm.enospc)', 'nccl.md (preflight list: /dev/shm at least 1 GiB)'],
  needs: ['pods'],
  after: [],
  run({ pods }) {
    const users = current(pods).filter((pod) => (pod.requests['nvidia.com/gpu'] ?? 0) > 1)
    if (users.length === 0) return { status: 'skip', summary: 'No pod with more than one GPU' }
    const findings = users.map((pod): Finding => {
      const name = podName(pod)
      const gpus = pod.requests['nvidia.com/gpu'] ?? 0
      if (pod.shm === null)
        return {
          subject: name,
          status: 'warn',
          summary: `${name} uses ${gpus} GPUs with the runtime’s own /dev/shm (64 MiB by default), expected at least 1 GiB`,
        }
      const limit = pod.shm.sizeLimitBytes
      if (limit !== null && limit < LEAST)
        return {
          subject: name,
          status: 'warn',
          summary: `${name} uses ${gpus} GPUs with /dev/shm of ${Math.floor(limit / 2 ** 20)} MiB, expected at least 1 GiB`,
        }
      return {
        subject: name,
        status: 'pass',
        summary: `${name}: /dev/shm ${limit === null ? 'without limit' : `${Math.floor(limit / 2 ** 20)} MiB`}`,
      }
    })
    return fromFindings(findings, `${users.length} pod(s) with several GPUs have their own /dev/shm`, {
      reason: 'shm-too-small',
      fix: [{ text: 'Mount an emptyDir with medium: Memory at /dev/shm (16 GiB for 8 GPUs)', risk: 'restart-pods' }],
    })
  },
  examples: [
    { name: 'memory volume', facts: { pods: [examplePod()] }, status: 'pass' },
    { name: 'runtime default', facts: { pods: [examplePod({ shm: null })] }, status: 'warn' },
    { name: 'one GPU', facts: { pods: [examplePod({ requests: { 'nvidia.com/gpu': 1 } })] }, status: 'skip' },
  ],
})
