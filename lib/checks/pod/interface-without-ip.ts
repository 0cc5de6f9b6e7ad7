import { check, type Finding } from '@/lib/check'
import { networksOf } from '@/lib/k8s/attachments'
import { fromFindings } from '@/lib/k8s/from-findings'
import { examplePod } from '@/lib/k8s/pod-examples'
import { exampleNad } from '@/lib/k8s/pool-examples'

export default check({
  id: 'interface-without-ip',
  level: 'pod',
  title: { pass: 'Pod interfaces have addresses', fail: 'Pod interface has no IP address' },
  why: 'A network with IPAM whose interface has no address cannot carry RoCE or rdma_cm. Without IPAM in its configuration a missing address is intended.',
  refs: ['k8s-formats §9 (POD-5)'],
  needs: [],
  wants: ['pods', 'networkStatus', 'nads'],
  anyOf: ['pods', 'networkStatus'],
  after: [],
  run({ pods, networkStatus, nads }) {
    const pairs = networksOf({ pods, networkStatus }).flatMap((pod) =>
      (pod.attached ?? []).filter((network) => !network.default).map((network) => ({ pod, network })),
    )
    if (pairs.length === 0) return { status: 'skip', summary: 'No running pod with an additional network' }
    const findings = pairs.map(({ pod, network }): Finding => {
      const label = `${pod.name} ${network.interface ?? network.name} (${network.name})`
      if (network.ips.length > 0)
        return {
          subject: `${pod.name} ${network.name}`,
          status: 'pass',
          summary: `${label}: ${network.ips.join(', ')}`,
        }
      const nad = nads?.find((each) => `${each.namespace ?? 'default'}/${each.name}` === network.name)
      if (nad?.config && nad.config.ipam?.type == null)
        return {
          subject: `${pod.name} ${network.name}`,
          status: 'pass',
          summary: `${label}: no address, its network has no IPAM`,
        }
      const ipam = nad?.config?.ipam?.type
      return {
        subject: `${pod.name} ${network.name}`,
        status: ipam ? 'fail' : 'warn',
        summary: `${label} has no IP address${ipam ? `, its network uses ${ipam}` : '; whether its network has an IPAM is not known'}`,
      }
    })
    return fromFindings(findings, `${findings.length} additional interface(s) have an address, or need none`, {
      reason: 'interface-without-ip',
      fix: [
        {
          text: 'Look at the IP pool that the network names and recreate the pod: addresses are given at start only',
          risk: 'restart-pods',
        },
      ],
    })
  },
  examples: [
    { name: 'has one', facts: { pods: [examplePod()] }, status: 'pass' },
    { name: 'has none', facts: { pods: [bare()], nads: [exampleNad()] }, status: 'fail' },
    { name: 'none, network unknown', facts: { pods: [bare()] }, status: 'warn' },
    { name: 'no additional network', facts: { pods: [examplePod({ networkStatus: [] })] }, status: 'skip' },
  ],
})

function bare() {
  const pod = examplePod()
  return { ...pod, networkStatus: (pod.networkStatus ?? []).map((each) => ({ ...each, ips: [] })) }
}
