import { check, type Finding } from '@/lib/check'
import { fromFindings } from '@/lib/k8s/from-findings'
import { current, podName } from '@/lib/k8s/networks'
import { examplePod } from '@/lib/k8s/pod-examples'

export default check({
  id: 'networks-annotation',
  level: 'pod',
  title: { pass: 'Networks annotations parse', fail: 'Networks annotation cannot be read' },
  why: 'Multus reads k8s.v1.cni.cncf.io/networks as JSON when it holds a bracket or quote, else as a comma list of [namespace/]name[@interface]; anything else leaves the pod in ContainerCreating.',
  refs: ['k8s-formats §9', 'multus-cni pkg/k8sclient/k8sclient.go (parsePodNetworkAnnotation)'],
  needs: ['pods'],
  after: [],
  run({ pods }) {
    const asked = current(pods).filter((pod) => pod.networksAnnotation !== null)
    if (asked.length === 0) return { status: 'skip', summary: 'No pod asks for additional networks' }
    const findings = asked.map((pod): Finding => {
      const name = podName(pod)
      if (pod.networks === null)
        return {
          subject: name,
          status: 'fail',
          summary: `${name}: the networks annotation does not parse: ${(pod.networksAnnotation ?? '').slice(0, 160)}`,
        }
      const names = pod.networks.flatMap((each) => each.interface ?? [])
      const twice = names.find((each, index) => names.indexOf(each) !== index)
      if (twice !== undefined)
        return { subject: name, status: 'fail', summary: `${name}: interface ${twice} is given to two networks` }
      return { subject: name, status: 'pass', summary: `${name}: ${pod.networks.length} network(s)` }
    })
    return fromFindings(findings, `${asked.length} pod(s): every networks annotation parses`, {
      reason: 'networks-annotation',
      fix: [
        {
          text: 'Write a comma list of names ("ibp24s0,ibp64s0") or a JSON array of {"name", "namespace"}; the annotation belongs on the pod template',
          risk: 'restart-pods',
        },
      ],
    })
  },
  examples: [
    { name: 'a list', facts: { pods: [examplePod()] }, status: 'pass' },
    {
      name: 'half JSON',
      facts: { pods: [examplePod({ networksAnnotation: '[{"name": "a"}', networks: null })] },
      status: 'fail',
    },
    { name: 'none', facts: { pods: [examplePod({ networksAnnotation: null, networks: null })] }, status: 'skip' },
  ],
})
