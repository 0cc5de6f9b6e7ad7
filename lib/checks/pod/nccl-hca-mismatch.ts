import { check, type Finding } from '@/lib/check'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { means, parseHcaFilter } from '@/lib/k8s/nccl-hca'
import { current, podName } from '@/lib/k8s/networks'
import { exampleContainer, examplePod } from '@/lib/k8s/pod-examples'

export default check({
  id: 'nccl-hca-mismatch',
  level: 'pod',
  title: { pass: 'NCCL_IB_HCA matches the pod’s devices', fail: 'NCCL_IB_HCA names devices the pod does not have' },
  why: 'RDMA device numbers of VFs differ between nodes and pods, so a fixed list of mlx5_N leaves rails unused or NCCL on TCP. A prefix (mlx5) or no setting at all takes what is there.',
  refs: ['k8s-formats §7, §17', 'peers.md §8.4', 'NCCL user guide: NCCL_IB_HCA'],
  needs: ['pods'],
  after: [],
  run({ pods }) {
    const users = current(pods).flatMap((pod) => {
      const values = pod.containers.flatMap((each) => each.env.NCCL_IB_HCA ?? [])
      const vfs = (pod.networkStatus ?? []).filter((each) => each.pci !== null)
      const devices = vfs.flatMap((each) => each.rdmaDevice ?? [])
      return values.length === 0 || vfs.length === 0 || devices.length < vfs.length || pod.hostNetwork
        ? []
        : [{ pod, value: values[0] ?? '', devices }]
    })
    if (users.length === 0) return { status: 'skip', summary: 'No pod sets NCCL_IB_HCA with known RDMA devices' }
    const findings = users.map(({ pod, value, devices }): Finding => {
      const filter = parseHcaFilter(value)
      const taken = devices.filter(
        (device) => filter.names.some((name) => means(filter, name, device)) !== filter.exclude,
      )
      const absent = filter.exclude
        ? []
        : filter.names.filter((name) => !devices.some((device) => means(filter, name, device)))
      const name = podName(pod)
      const words = `${name}: NCCL_IB_HCA=${value} takes ${taken.length} of the pod’s ${devices.length} devices (${naming(devices, 8)})`
      const bad = taken.length < devices.length || absent.length > 0
      return {
        subject: name,
        status: bad ? 'warn' : 'pass',
        summary:
          absent.length > 0 ? `${words}; ${naming(absent)} ${absent.length === 1 ? 'is' : 'are'} not there` : words,
      }
    })
    return fromFindings(findings, `${users.length} pod(s): NCCL_IB_HCA takes every device of the pod`, {
      reason: 'nccl-hca-mismatch',
      fix: [
        {
          text: 'Drop NCCL_IB_HCA, or set it to the prefix mlx5; never list mlx5_N for VFs. ib-sriov may rename devices at start, so resolve names through /sys/bus/pci/devices/<pci>/infiniband in the pod',
          risk: 'restart-pods',
          verify: 'NCCL prints “Using [0]mlx5_…” with one entry per rail',
        },
      ],
    })
  },
  examples: [
    { name: 'a prefix', facts: { pods: [withHca('mlx5')] }, status: 'pass' },
    { name: 'numbers of another node', facts: { pods: [withHca('mlx5_0,mlx5_3')] }, status: 'warn' },
    {
      name: 'prefix without digits does not mean mlx5_14 alone',
      facts: { pods: [withHca('=mlx5_1')] },
      status: 'warn',
    },
    {
      name: 'a pattern matches nothing: names are prefixes (nccl.md §6)',
      facts: { pods: [withHca('mlx5_*')] },
      status: 'warn',
    },
    { name: 'not set', facts: { pods: [examplePod()] }, status: 'skip' },
  ],
})

function withHca(value: string) {
  return examplePod({ containers: [exampleContainer({ env: { NCCL_IB_HCA: value } })] })
}
