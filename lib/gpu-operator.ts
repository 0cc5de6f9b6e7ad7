import type { GpuClusterPolicyFact } from '@/collectors/cluster/gpu-cluster-policies/collector'
import type { Verdict } from './check'

/** Verdict on the GPU operator's policy, with the step that fits its first failing operand. */
export function gpuVerdict(
  policy: GpuClusterPolicyFact,
  status: 'fail' | 'warn',
  reason: string,
  words: string,
): Verdict {
  return {
    status,
    summary: `${policy.name} ${words}`,
    findings: [{ subject: reason.startsWith('state-') ? reason : policy.name, status, summary: words }],
    fix: [
      {
        text:
          reason === 'state-driver'
            ? 'Look at the driver pods: nvidia-driver-ctr and nvidia-peermem-ctr'
            : 'Look at the pods of the first operand, and at node labels of node feature discovery',
        command:
          reason === 'state-driver'
            ? 'kubectl get pods -A -l app=nvidia-driver-daemonset -o wide'
            : 'kubectl get pods -A -l app.kubernetes.io/managed-by=gpu-operator -o wide',
        risk: 'none',
        verify: 'kubectl get clusterpolicy shows ready',
      },
    ],
    reason,
    params: { operand: reason },
  }
}
