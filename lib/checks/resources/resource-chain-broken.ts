import { check, lacking } from '@/lib/check'
import { judgeChain } from '@/lib/k8s/chain'
import { exampleNode, examplePolicy } from '@/lib/k8s/examples'
import { fromFindings } from '@/lib/k8s/from-findings'
import { examplePod } from '@/lib/k8s/pod-examples'
import { exampleNad } from '@/lib/k8s/pool-examples'
import { sh } from '@/lib/shell'

export default check({
  id: 'resource-chain-broken',
  level: 'resources',
  scope: 'cluster',
  title: { pass: 'Resource names fit from policy to pod', fail: 'A resource name does not fit the next link' },
  why: 'Policy, device plugin, node, attachment definition and pod are tied by one name only. A spelling or prefix that differs at any link breaks the rail, and no object reports it.',
  refs: ['k8s-formats §9, §3.4 (prefix)', 'peers.md §3.4'],
  needs: ['nads'],
  wants: ['sriovPolicies', 'nodes', 'pods'],
  anyOf: ['sriovPolicies', 'nodes', 'pods'],
  after: ['missing-resource', 'zero-allocatable', 'policy-selects-nothing', 'overlapping-policies'],
  run({ nads, sriovPolicies, nodes, pods }) {
    const users = nads.filter((nad) => nad.resourceName !== null)
    if (users.length === 0) return { status: 'skip', summary: 'No attachment definition names a resource' }
    const links = users.flatMap((nad) => judgeChain(nad, { policies: sriovPolicies, nodes, pods: pods ?? [] }) ?? [])
    const findings = links.map((each) => each.finding)
    if (findings.length === 0) return lacking('no policies and no nodes to follow the resource names to')
    if (
      (nodes === undefined || sriovPolicies === undefined || pods === undefined) &&
      findings.every((each) => each.status === 'pass')
    ) {
      return lacking(
        `resource names of ${findings.length} network(s) fit as far as seen; ${nodes === undefined ? 'nodes' : sriovPolicies === undefined ? 'policies' : 'pods'} were not read`,
      )
    }
    const broken = findings.filter((each) => each.status === 'fail')
    return fromFindings(
      findings,
      `${findings.length} network(s): the resource name is the same from policy to node and pod`,
      {
        // A name that differs is another fault than a resource that nobody has.
        reason: links.some((each) => each.misnamed) ? 'resource-name' : 'resource-not-offered',
        params: { networks: broken.length },
        evidence: [
          {
            kind: 'table',
            title: 'Links',
            columns: ['network', 'what'],
            rows: findings
              .slice(0, 20)
              .map((each) => ({ cells: [each.subject, each.summary], deviates: each.status === 'fail' })),
          },
        ],
        fix: [
          {
            text: 'Make both ends the same: resourceName of policy and SriovIBNetwork, <prefix>/<resourceName> in the pod’s requests',
            command: sh`kubectl get sriovnetworknodepolicies.sriovnetwork.openshift.io,sriovibnetworks.sriovnetwork.openshift.io -A`,
            risk: 'config',
          },
        ],
      },
    )
  },
  examples: [
    {
      name: 'fits',
      facts: { nads: [exampleNad()], sriovPolicies: [examplePolicy()], nodes: [exampleNode()], pods: [examplePod()] },
      status: 'pass',
    },
    {
      name: 'no policy defines it',
      facts: {
        nads: [exampleNad({ resourceName: 'nvidia.com/resibp25s0' })],
        sriovPolicies: [examplePolicy()],
        nodes: [exampleNode()],
      },
      status: 'fail',
    },
    {
      name: 'another prefix',
      facts: {
        nads: [exampleNad({ resourceName: 'openshift.io/resibp24s0' })],
        sriovPolicies: [examplePolicy()],
        nodes: [exampleNode()],
      },
      status: 'fail',
    },
    {
      name: 'the pod requests another resource',
      facts: {
        nads: [exampleNad()],
        sriovPolicies: [examplePolicy()],
        nodes: [exampleNode()],
        pods: [examplePod({ requests: { 'nvidia.com/resibp64s0': 1 } })],
      },
      status: 'fail',
    },
    { name: 'nodes not read', facts: { nads: [exampleNad()], sriovPolicies: [examplePolicy()] }, status: 'lacking' },
  ],
})
