import type { SriovNetworkFact } from '@/collectors/cluster/sriov-network/parse'
import { check, type Finding } from '@/lib/check'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { exampleNad } from '@/lib/k8s/pool-examples'
import { sh } from '@/lib/shell'

export default check({
  id: 'network-without-nad',
  level: 'resources',
  scope: 'cluster',
  title: {
    pass: 'Every SR-IOV network has its attachment definition',
    fail: 'SR-IOV network without attachment definition',
  },
  why: 'The operator makes a NetworkAttachmentDefinition of every SriovNetwork and SriovIBNetwork; their status stays empty in all NVIDIA releases, so its absence is the only sign that it did not work.',
  refs: ['k8s-formats §3.4', 'sriov-network-operator controllers/generic_network_controller.go'],
  needs: ['nads'],
  wants: ['sriovNetworks', 'sriovIbNetworks'],
  anyOf: ['sriovNetworks', 'sriovIbNetworks'],
  after: [],
  run({ nads, sriovNetworks, sriovIbNetworks }) {
    const networks = [...(sriovIbNetworks ?? []), ...(sriovNetworks ?? [])].filter(
      (network) => network.deletedAt === null,
    )
    if (networks.length === 0) return { status: 'skip', summary: 'There is no SriovNetwork and no SriovIBNetwork' }
    const findings = networks.map((network): Finding => {
      const found = nads.some((nad) => nad.name === network.name && nad.namespace === network.targetNamespace)
      const others = nads.filter((nad) => nad.name === network.name).flatMap((nad) => nad.namespace ?? [])
      if (found)
        return {
          subject: network.name,
          status: 'pass',
          summary: `${network.kind} ${network.name} → ${network.targetNamespace ?? ''}`,
        }
      const hint = others.length > 0 ? `; one exists in ${naming(others)}` : ''
      const why = network.ipamInvalid ? '; spec.ipam is no JSON object' : ''
      return {
        subject: network.name,
        status: 'fail',
        summary: `${network.kind} ${network.name}: no NetworkAttachmentDefinition in namespace ${network.targetNamespace ?? 'unknown'}${hint}${why}`,
      }
    })
    const first = networks.find((network) =>
      findings.some((each) => each.status === 'fail' && each.subject === network.name),
    )
    return fromFindings(findings, `${networks.length} SR-IOV network(s), each with its attachment definition`, {
      reason: 'network-without-nad',
      params: { networks: findings.filter((each) => each.status === 'fail').length },
      fix: [
        {
          text: 'Does the target namespace exist? The operator’s log names the network it could not render',
          command: sh`kubectl get namespace ${first?.targetNamespace ?? 'default'}`,
          risk: 'none',
        },
        {
          text: 'Read the operator’s log',
          command: sh`kubectl -n ${first?.namespace ?? 'network-operator'} logs -l name=sriov-network-operator --tail=200`,
          risk: 'none',
        },
      ],
    })
  },
  examples: [
    { name: 'has one', facts: { nads: [exampleNad()], sriovIbNetworks: [network()] }, status: 'pass' },
    { name: 'has none', facts: { nads: [], sriovIbNetworks: [network()] }, status: 'fail' },
    { name: 'no network', facts: { nads: [], sriovIbNetworks: [], sriovNetworks: [] }, status: 'skip' },
  ],
})

function network(): SriovNetworkFact {
  return {
    kind: 'SriovIBNetwork',
    name: 'ibp24s0',
    namespace: 'network-operator',
    createdAt: null,
    deletedAt: null,
    resourceName: 'resibp24s0',
    targetNamespace: 'default',
    ipam: null,
    ipamInvalid: false,
    linkState: null,
  }
}
