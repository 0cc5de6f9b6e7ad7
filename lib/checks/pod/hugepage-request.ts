import { check, type Finding } from '@/lib/check'
import { exampleNode } from '@/lib/k8s/examples'
import { fromFindings } from '@/lib/k8s/from-findings'
import { current, podName } from '@/lib/k8s/networks'
import { examplePod } from '@/lib/k8s/pod-examples'

export default check({
  id: 'hugepage-request',
  level: 'pod',
  title: { pass: 'Hugepage requests fit a node', fail: 'Pod requests hugepages that no node has' },
  why: 'Hugepages are reserved per node and per size; the kubelet offers them only after a restart. A pod that asks a size or amount that no node offers never starts.',
  refs: ['host-formats.md §9', 'kubernetes docs: manage hugepages'],
  needs: ['pods', 'nodes'],
  after: [],
  run({ pods, nodes }) {
    const asks = current(pods).flatMap((pod) =>
      Object.entries(pod.requests)
        .filter(([name]) => name.startsWith('hugepages-'))
        .map(([name, bytes]) => ({ pod, name, bytes })),
    )
    if (asks.length === 0) return { status: 'skip', summary: 'No pod requests hugepages' }
    const findings = asks.map(({ pod, name, bytes }): Finding => {
      const here = pod.node === null ? nodes : nodes.filter((node) => node.name === pod.node)
      const most = Math.max(
        0,
        ...here.map((node) => node.resources.find((each) => each.name === name)?.allocatable ?? 0),
      )
      const words = `${podName(pod)} requests ${mib(bytes)} of ${name}, a node offers at most ${mib(most)}`
      return { subject: podName(pod), status: bytes > most ? 'warn' : 'pass', summary: words }
    })
    return fromFindings(findings, `${asks.length} hugepage request(s) fit a node`, {
      reason: 'hugepage-request',
      fix: [
        {
          text: 'Reserve hugepages on the nodes (kernel command line) and restart the kubelet, or drop the request',
          risk: 'reboot',
        },
      ],
    })
  },
  examples: [
    { name: 'fits', facts: { pods: [asking(2 ** 30)], nodes: [offering(2 ** 31)] }, status: 'pass' },
    { name: 'nothing reserved', facts: { pods: [asking(2 ** 30)], nodes: [offering(0)] }, status: 'warn' },
    { name: 'none asked', facts: { pods: [examplePod()], nodes: [exampleNode()] }, status: 'skip' },
  ],
})

function mib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}

function asking(bytes: number) {
  return examplePod({ requests: { 'hugepages-2Mi': bytes } })
}

function offering(bytes: number) {
  return exampleNode({ resources: [{ name: 'hugepages-2Mi', capacity: bytes, allocatable: bytes }] })
}
