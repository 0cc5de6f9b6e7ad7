import { check, type Finding } from '@/lib/check'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { missingNetworks } from '@/lib/k8s/missing-networks'
import { examplePod } from '@/lib/k8s/pod-examples'
import { exampleNad } from '@/lib/k8s/pool-examples'

export default check({
  id: 'nad-wrong-namespace',
  level: 'resources',
  title: { pass: 'Pods look for networks where they are', fail: 'Network is in another namespace than the pod looks' },
  why: 'Without a namespace prefix Multus looks in the pod’s own namespace. The network exists, but in the namespace that networkNamespace of its SriovIBNetwork names.',
  refs: ['k8s-formats §9', 'multus-cni pkg/k8sclient/k8sclient.go'],
  needs: ['nads', 'pods'],
  wants: ['events'],
  after: [],
  run({ nads, pods, events }) {
    const asked = pods.filter((pod) => (pod.networks ?? []).length > 0)
    if (asked.length === 0) return { status: 'skip', summary: 'No pod asks for an additional network' }
    const strayed = missingNetworks({ nads, pods, events }).filter((each) => each.elsewhere.length > 0)
    const findings = strayed.map(
      ({ network, namespace, elsewhere, pods: users }): Finding => ({
        subject: `${namespace}/${network}`,
        status: 'fail',
        summary: `${naming(users)}: network ${network} is looked up in namespace ${namespace} and exists in ${naming(elsewhere)}`,
      }),
    )
    const first = strayed[0]
    return fromFindings(findings, `${asked.length} pod(s) look for their networks in the right namespace`, {
      reason: 'nad-wrong-namespace',
      params: { networks: findings.length },
      fix: [
        {
          text: `Write "${first?.elsewhere[0] ?? ''}/${first?.network ?? ''}" in the pod’s annotation, or make the network in ${first?.namespace ?? ''} (networkNamespace)`,
          risk: 'restart-pods',
        },
      ],
    })
  },
  examples: [
    { name: 'same namespace', facts: { pods: [examplePod()], nads: [exampleNad()] }, status: 'pass' },
    {
      name: 'another one',
      facts: { pods: [examplePod()], nads: [exampleNad({ namespace: 'team-a' })] },
      status: 'fail',
    },
    { name: 'none asked', facts: { pods: [], nads: [exampleNad()] }, status: 'skip' },
  ],
})
