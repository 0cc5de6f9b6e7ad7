import { check, type Finding } from '@/lib/check'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { missingNetworks } from '@/lib/k8s/missing-networks'
import { examplePod } from '@/lib/k8s/pod-examples'
import { exampleEvent, exampleNad } from '@/lib/k8s/pool-examples'
import { sh } from '@/lib/shell'

export default check({
  id: 'missing-nad',
  level: 'resources',
  title: { pass: 'Networks that pods ask for exist', fail: 'A pod’s network does not exist' },
  why: 'Multus refuses a pod whose annotation names an attachment definition that does not exist in that namespace: the pod hangs in ContainerCreating.',
  refs: ['k8s-formats §9 (NAD-1)', 'multus-cni pkg/k8sclient/k8sclient.go'],
  needs: [],
  wants: ['nads', 'pods', 'events'],
  anyOf: ['pods', 'events'],
  after: [],
  run({ nads, pods, events }) {
    const missing = missingNetworks({ nads, pods, events })
    const asked = (pods ?? []).filter((pod) => (pod.networks ?? []).length > 0)
    if (missing.length === 0 && (asked.length === 0 || nads === undefined))
      return { status: 'skip', summary: 'No pod asks for an additional network that could be looked up' }
    const findings = missing.map(
      ({ network, namespace, pods: users, elsewhere }): Finding => ({
        subject: `${namespace}/${network}`,
        status: 'fail',
        summary: `${naming(users)} ask${users.length === 1 ? 's' : ''} for network ${network}, which does not exist in namespace ${namespace}${elsewhere.length > 0 ? `; there is one in ${naming(elsewhere)}` : ''}`,
      }),
    )
    const first = missing[0]
    return fromFindings(findings, `Every network that ${asked.length} pod(s) ask for exists`, {
      reason: 'missing-nad',
      params: { networks: findings.length },
      fix: [
        first && first.elsewhere.length > 0
          ? {
              text: `Write the namespace in the annotation ("${first.elsewhere[0] ?? ''}/${first.network}"), or set networkNamespace: ${first.namespace} in the SriovIBNetwork`,
              risk: 'restart-pods',
            }
          : {
              text: 'Create the SriovIBNetwork or SriovNetwork that makes it',
              command: sh`kubectl get network-attachment-definitions.k8s.cni.cncf.io -A`,
              risk: 'config',
            },
      ],
    })
  },
  examples: [
    { name: 'exists', facts: { pods: [examplePod()], nads: [exampleNad()] }, status: 'pass' },
    { name: 'does not', facts: { pods: [examplePod()], nads: [exampleNad({ name: 'other' })] }, status: 'fail' },
    {
      name: 'only the event',
      facts: {
        events: [
          exampleEvent(
            'NoNetworkFound',
            'worker-2',
            'cannot find a network-attachment-definition (ibp64s0-net) in namespace (team-a): network-attachment-definitions.k8s.cni.cncf.io "ibp64s0-net" not found',
            { kind: 'Pod', objectNamespace: 'team-a' },
          ),
        ],
      },
      status: 'fail',
    },
    { name: 'no pod asks', facts: { pods: [examplePod({ networks: null })], nads: [] }, status: 'skip' },
  ],
})
