import { check, type Finding } from '@/lib/check'
import { attachedTo, type NetworkedPod, networksOf } from '@/lib/k8s/attachments'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { networkName } from '@/lib/k8s/networks'
import { examplePod } from '@/lib/k8s/pod-examples'
import { sh } from '@/lib/shell'

export default check({
  id: 'only-eth0',
  level: 'pod',
  title: { pass: 'Pods have the interfaces they asked for', fail: 'Pod runs without the interfaces it asked for' },
  why: 'When Multus is not the cluster’s CNI on a node, pods start with eth0 alone and no error: NCCL then falls back to TCP. The network-status annotation lists what was attached.',
  refs: ['k8s-formats §9 (POD-5), §20.3', 'samples/recorded/03'],
  needs: [],
  wants: ['pods', 'networkStatus', 'nads', 'nodes', 'daemonSets'],
  anyOf: ['pods', 'networkStatus'],
  after: [],
  run({ pods, networkStatus, nads, nodes, daemonSets }) {
    const asked = networksOf({ pods, networkStatus }).filter(
      (pod) => pod.requested !== null && pod.requested.length > 0,
    )
    if (asked.length === 0) return { status: 'skip', summary: 'No running pod asks for additional networks' }
    // Without attachment definitions and without any network-status the cluster may use no Multus at all, or leave the annotation out.
    // Where Multus runs and yet no pod at all has one, the annotation rather than the interfaces may be what is left out.
    const running = daemonSets?.some((each) => each.component === 'multus' && (each.ready ?? 0) > 0) === true
    const sure =
      (nads !== undefined && !running) ||
      networkStatus !== undefined ||
      (pods?.length === 1 && nodes === undefined) ||
      pods?.some((pod) => pod.hasNetworkStatus) === true
    const findings = asked.map((pod) => judge(pod, sure))
    const first = asked.find((pod) => findings.some((each) => each.status === 'fail' && each.subject === pod.name))
    return fromFindings(findings, `${asked.length} running pod(s) have every interface they asked for`, {
      reason: 'only-eth0',
      params: { all: findings.every((each) => each.status === 'fail') },
      fix: [
        {
          text: 'See whether Multus runs on that node and is its first CNI configuration',
          command: sh`kubectl get pods -A -l name=multus -o wide --field-selector ${`spec.nodeName=${first?.node ?? ''}`}`,
          risk: 'none',
        },
        {
          text: 'Recreate the pod once Multus is back: interfaces are never added to a running pod',
          risk: 'restart-pods',
        },
      ],
    })
  },
  examples: [
    { name: 'all attached', facts: { pods: [examplePod()] }, status: 'pass' },
    {
      name: 'no network-status at all',
      facts: { pods: [examplePod({ hasNetworkStatus: false, networkStatus: null })] },
      status: 'fail',
    },
    {
      name: 'still starting',
      facts: { pods: [examplePod({ phase: 'Pending', hasNetworkStatus: false, networkStatus: null })] },
      status: 'skip',
    },
    {
      name: 'asks for none',
      facts: { pods: [examplePod({ networks: null, networksAnnotation: null })] },
      status: 'skip',
    },
  ],
})

function judge(pod: NetworkedPod, sure: boolean): Finding {
  const requested = pod.requested ?? []
  const missing = attachedTo(pod)
  const where = pod.node === null ? '' : ` on ${pod.node}`
  if (missing.length === 0)
    return { subject: pod.name, status: 'pass', summary: `${pod.name}: ${requested.length} network(s) attached` }
  const what =
    pod.attached === null
      ? 'it has no network-status annotation, only eth0'
      : `missing ${naming(missing.map(networkName))}`
  return {
    subject: pod.name,
    status: sure || pod.attached !== null ? 'fail' : 'warn',
    summary: `${pod.name}${where} asks for ${requested.length} network(s) and has ${requested.length - missing.length}: ${what}`,
  }
}
