import { check, type Finding } from '@/lib/check'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { antipatterns, type EnvAround } from '@/lib/k8s/nccl-env'
import { current, nadOf, podName } from '@/lib/k8s/networks'
import { exampleContainer, examplePod } from '@/lib/k8s/pod-examples'
import { exampleNad } from '@/lib/k8s/pool-examples'

export default check({
  id: 'nccl-env-antipattern',
  level: 'pod',
  title: { pass: 'NCCL settings of pods are harmless', fail: 'NCCL settings slow or break the pod' },
  why: 'Settings copied from another cluster or left over from debugging switch RDMA off, fix an algorithm or put the bootstrap on a rail. NCCL’s own choice is right in nearly all cases.',
  refs: ['nccl.md §3 (net.ib.disabled_env), §2 (defaults by version)', 'peers.md §6.3'],
  needs: ['pods'],
  wants: ['nads'],
  after: [],
  run({ pods, nads }) {
    const users = current(pods).filter((pod) =>
      pod.containers.some((each) => Object.keys(each.env).some((name) => name.startsWith('NCCL_'))),
    )
    if (users.length === 0) return { status: 'skip', summary: 'No pod sets an NCCL variable in its spec' }
    const findings = users.map((pod): Finding => {
      const types = new Set((pod.networks ?? []).flatMap((network) => nadOf(network, nads ?? [])?.config?.type ?? []))
      const around: EnvAround = {
        rails: (pod.networkStatus ?? []).filter((each) => each.pci !== null).flatMap((each) => each.interface ?? []),
        linkLayer: types.has('ib-sriov') ? 'InfiniBand' : types.has('sriov') ? 'Ethernet' : null,
      }
      const found = pod.containers.flatMap((each) => antipatterns(each.env, around))
      const name = podName(pod)
      const words = found.map((each) => `${each.variable}=${each.value} ${each.words}`)
      return found.length > 0
        ? { subject: name, status: 'warn', summary: `${name}: ${naming(words, 3)}` }
        : { subject: name, status: 'pass', summary: `${name}: nothing harmful` }
    })
    return fromFindings(findings, `${users.length} pod(s) with NCCL settings, none harmful`, {
      reason: 'nccl-env-antipattern',
      fix: [
        {
          text: 'Remove the settings from the pod template; keep NCCL_SOCKET_IFNAME=eth0 and NCCL_DEBUG=INFO at most',
          risk: 'restart-pods',
        },
      ],
    })
  },
  examples: [
    {
      name: 'harmless',
      facts: { pods: [withEnv({ NCCL_DEBUG: 'INFO', NCCL_SOCKET_IFNAME: 'eth0' })] },
      status: 'pass',
    },
    { name: 'RDMA off', facts: { pods: [withEnv({ NCCL_IB_DISABLE: '1' })] }, status: 'warn' },
    {
      name: 'bootstrap on a rail',
      facts: { pods: [withEnv({ NCCL_SOCKET_IFNAME: 'net1' })], nads: [exampleNad()] },
      status: 'warn',
    },
    { name: 'RDMA explicitly on', facts: { pods: [withEnv({ NCCL_IB_DISABLE: '0' })] }, status: 'pass' },
    { name: 'none set', facts: { pods: [examplePod()] }, status: 'skip' },
  ],
})

function withEnv(env: Record<string, string>) {
  return examplePod({ containers: [exampleContainer({ env })] })
}
