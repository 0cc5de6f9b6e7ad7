import { check, type Finding } from '@/lib/check'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { current, neededByNetworks, podName } from '@/lib/k8s/networks'
import { exampleContainer, examplePod } from '@/lib/k8s/pod-examples'
import { exampleNad } from '@/lib/k8s/pool-examples'
import { isFabric } from '@/lib/k8s/resources'

export default check({
  id: 'rail-not-requested',
  level: 'pod',
  title: { pass: 'Pods request a VF for each network', fail: 'Pod lists a network without requesting its VF' },
  why: 'Multus hands the device of the resource to the CNI: a network whose resource the pod does not request, or requests fewer times than it lists it, has no device (“vf pci addr is required”).',
  refs: ['k8s-formats §9 (NAD-2)', 'multus-cni pkg/multus/multus.go'],
  needs: ['pods', 'nads'],
  after: [],
  run({ pods, nads }) {
    const asked = current(pods).filter((pod) => (pod.networks ?? []).length > 0)
    if (asked.length === 0) return { status: 'skip', summary: 'No pod asks for additional networks' }
    const listed = new Set(nads.flatMap((nad) => nad.resourceName ?? []))
    const findings = asked.map((pod): Finding => {
      const name = podName(pod)
      const needed = neededByNetworks(pod, nads)
      const short = [...needed].filter(([resource, { count }]) => (pod.requests[resource] ?? 0) < count)
      const words = short.map(
        ([resource, { count, nads: names }]) =>
          `${naming(names, 2)} needs ${count} ${resource}, the pod requests ${pod.requests[resource] ?? 0}`,
      )
      if (short.length > 0) return { subject: name, status: 'fail', summary: `${name}: ${naming(words)}` }
      const idle = Object.entries(pod.requests).filter(
        ([resource, amount]) =>
          isFabric(resource) && listed.has(resource) && amount > (needed.get(resource)?.count ?? 0),
      )
      if (idle.length > 0)
        return {
          subject: name,
          status: 'warn',
          summary: `${name} requests ${naming(idle.map(([resource, amount]) => `${amount} ${resource}`))} and lists fewer networks for it`,
        }
      return { subject: name, status: 'pass', summary: `${name}: ${needed.size} VF resource(s) requested as listed` }
    })
    return fromFindings(findings, `${asked.length} pod(s) request a VF for each network they list`, {
      reason: 'rail-not-requested',
      params: { pods: findings.filter((each) => each.status !== 'pass').length > 0 },
      fix: [
        {
          text: 'Request the resource of each listed network once per listing, in requests and limits of one container',
          risk: 'restart-pods',
          verify: 'network-status shows a pci-address for each network',
        },
      ],
    })
  },
  examples: [
    { name: 'one for one', facts: { pods: [examplePod()], nads: [exampleNad()] }, status: 'pass' },
    {
      name: 'not requested',
      facts: { pods: [examplePod({ requests: { 'nvidia.com/gpu': 8 } })], nads: [exampleNad()] },
      status: 'fail',
    },
    {
      name: 'one network listed twice, two requested',
      facts: { pods: [twice(2)], nads: [exampleNad()] },
      status: 'pass',
    },
    { name: 'listed twice, one requested', facts: { pods: [twice(1)], nads: [exampleNad()] }, status: 'fail' },
    { name: 'none asked', facts: { pods: [examplePod({ networks: null })], nads: [] }, status: 'skip' },
  ],
})

function twice(requested: number) {
  const network = { namespace: 'default', name: 'ibp24s0', interface: null }
  return examplePod({
    networks: [network, network],
    containers: [exampleContainer()],
    requests: { 'nvidia.com/resibp24s0': requested },
  })
}
