import { check, type Finding } from '@/lib/check'
import { fromFindings } from '@/lib/k8s/from-findings'
import { exampleNad } from '@/lib/k8s/pool-examples'
import { sh } from '@/lib/shell'

/** IPAM plug-ins that the network operator or the CNI project ship. */
const IPAMS = new Set([
  'nv-ipam',
  'whereabouts',
  'host-local',
  'static',
  'dhcp',
  'host-device',
  'calico-ipam',
  'kube-ipam',
  'spiderpool',
])

export default check({
  id: 'nad-invalid',
  level: 'resources',
  scope: 'cluster',
  title: { pass: 'Attachment definitions parse', fail: 'Attachment definition is invalid' },
  why: 'The API server stores any text in spec.config. Broken JSON, a missing plug-in type or an unknown ipam type is found only when a pod starts.',
  refs: ['k8s-formats §9 (NAD-3)', 'multus-cni pkg/types'],
  needs: ['nads'],
  after: [],
  run({ nads }) {
    if (nads.length === 0) return { status: 'skip', summary: 'There is no NetworkAttachmentDefinition' }
    const findings = nads.map((nad): Finding => {
      const subject = `${nad.namespace ?? 'default'}/${nad.name}`
      const ipam = nad.config?.ipam?.type
      if (nad.configError === 'empty')
        return {
          subject,
          status: 'pass',
          summary: `${subject}: no config, a CNI file of that name on the node is used`,
        }
      if (nad.config === null)
        return {
          subject,
          status: 'fail',
          summary: `${subject}: spec.config does not parse: ${nad.configError ?? 'unknown'}`,
        }
      if (nad.config.type === null)
        return { subject, status: 'fail', summary: `${subject}: spec.config names no plug-in type` }
      if (nad.config.ipam && !ipam && Object.keys(nad.config.ipam).length > 0 && nad.config.ipam.pools.length > 0)
        return { subject, status: 'fail', summary: `${subject}: ipam has a poolName and no type` }
      if (ipam && !IPAMS.has(ipam))
        return {
          subject,
          status: 'warn',
          summary: `${subject}: ipam type ${ipam} is none that we know; its binary must be on every node`,
        }
      return { subject, status: 'pass', summary: `${subject}: ${nad.config.type}, ipam ${ipam ?? 'none'}` }
    })
    const bad = nads.find((nad) =>
      findings.some((each) => each.status === 'fail' && each.subject === `${nad.namespace ?? 'default'}/${nad.name}`),
    )
    return fromFindings(findings, `${nads.length} attachment definition(s) parse`, {
      reason: 'nad-invalid',
      params: { nads: findings.filter((each) => each.status === 'fail').length },
      fix: [
        {
          text: 'Correct spec.config (or the ipam field of the SriovIBNetwork that owns it)',
          command: sh`kubectl -n ${bad?.namespace ?? 'default'} get network-attachment-definitions.k8s.cni.cncf.io ${bad?.name ?? ''} -o yaml`,
          risk: 'config',
        },
      ],
    })
  },
  examples: [
    { name: 'valid', facts: { nads: [exampleNad()] }, status: 'pass' },
    {
      name: 'broken JSON',
      facts: { nads: [exampleNad({ config: null, configError: 'Unexpected end of JSON input' })] },
      status: 'fail',
    },
    {
      name: 'configured on the node',
      facts: { nads: [exampleNad({ config: null, configError: 'empty' })] },
      status: 'pass',
    },
  ],
})
