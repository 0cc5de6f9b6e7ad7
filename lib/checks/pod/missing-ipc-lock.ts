import { check, type Finding } from '@/lib/check'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { current, podName } from '@/lib/k8s/networks'
import { exampleContainer, examplePod } from '@/lib/k8s/pod-examples'
import { isFabric } from '@/lib/k8s/resources'

export default check({
  id: 'missing-ipc-lock',
  level: 'pod',
  title: { pass: 'RDMA pods may lock memory', fail: 'RDMA pod without IPC_LOCK' },
  why: 'Registering RDMA buffers locks memory. Without the capability IPC_LOCK, or privileged, it works only where the container runtime raises the memlock limit: what counts is ulimit -l inside the pod.',
  refs: ['k8s-formats §10', 'peers.md §8.6 (privileged is not the only fix)', 'nccl.md (verbs.reg_mr)'],
  needs: ['pods'],
  after: [],
  run({ pods }) {
    const users = current(pods).flatMap((pod) => {
      const containers = pod.containers.filter(
        (each) => !each.init && Object.keys(each.requests).some((name) => isFabric(name)),
      )
      return containers.length === 0 ? [] : [{ pod, containers }]
    })
    if (users.length === 0) return { status: 'skip', summary: 'No pod requests an RDMA or VF resource' }
    const findings = users.map(({ pod, containers }): Finding => {
      const name = podName(pod)
      const bare = containers.filter(
        (each) =>
          each.privileged !== true && !each.capabilitiesAdded.some((one) => /^(?:CAP_)?(?:IPC_LOCK|ALL)$/i.test(one)),
      )
      return bare.length === 0
        ? { subject: name, status: 'pass', summary: `${name}: IPC_LOCK or privileged` }
        : {
            subject: name,
            status: 'warn',
            summary: `${name}: container ${naming(bare.map((each) => each.name))} has neither IPC_LOCK nor privileged; RDMA works only if ulimit -l inside is unlimited`,
          }
    })
    return fromFindings(findings, `${users.length} RDMA pod(s) with IPC_LOCK or privileged`, {
      reason: 'missing-ipc-lock',
      fix: [
        {
          text: 'Add securityContext.capabilities.add: [IPC_LOCK] to the container; or raise LimitMEMLOCK of the container runtime',
          risk: 'restart-pods',
          verify: 'ulimit -l inside the pod prints unlimited',
        },
      ],
    })
  },
  examples: [
    { name: 'IPC_LOCK', facts: { pods: [examplePod()] }, status: 'pass' },
    {
      name: 'neither',
      facts: { pods: [examplePod({ containers: [exampleContainer({ capabilitiesAdded: [] })] })] },
      status: 'warn',
    },
    {
      name: 'no VF requested',
      facts: { pods: [examplePod({ containers: [exampleContainer({ requests: { 'nvidia.com/gpu': 8 } })] })] },
      status: 'skip',
    },
  ],
})
