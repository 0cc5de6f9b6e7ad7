import type { IpamLogFacts } from '@/collectors/cluster/ipam-log/parse'
import type { NadFact } from '@/collectors/cluster/nad/collector'
import { check, type Finding, lacking, type Verdict } from '@/lib/check'
import { distinct, fromFindings, naming } from '@/lib/k8s/from-findings'
import { exampleNad, examplePool } from '@/lib/k8s/pool-examples'
import { sh } from '@/lib/shell'

export default check({
  id: 'missing-ip-pool',
  level: 'resources',
  scope: 'cluster',
  title: { pass: 'Every network’s IP pool exists', fail: 'Network refers to an IP pool that does not exist' },
  why: 'An attachment definition of type nv-ipam names its pool. A wrong name, or a CIDRPool named without poolType, ends in “configuration for pool not found” for every pod.',
  refs: ['k8s-formats §8 (IPAM-4)', 'nvidia-k8s-ipam pkg/ipam-node'],
  needs: [],
  wants: ['nads', 'ipPools', 'cidrPools', 'ipamLog'],
  anyOf: ['ipPools', 'cidrPools', 'ipamLog'],
  after: [],
  run({ nads, ipPools, cidrPools, ipamLog }) {
    if (nads === undefined) return fromLog((ipamLog ?? []).flatMap((log) => log.unknownPools))
    const users = nads.filter((nad) => nad.config?.ipam?.type === 'nv-ipam')
    if (users.length === 0) return { status: 'skip', summary: 'No attachment definition takes addresses from nv-ipam' }
    const blocks = ipPools?.map((pool) => pool.name)
    const prefixes = cidrPools?.map((pool) => pool.name)
    const findings = users.flatMap((nad) => judge(nad, blocks, prefixes))
    if (findings.length === 0) return lacking('the pools of the type that the networks name were not read')
    const first = findings.find((each) => each.status === 'fail')
    return fromFindings(findings, `${findings.length} network(s) refer to IP pools that exist`, {
      reason: 'missing-ip-pool',
      params: { networks: findings.filter((each) => each.status === 'fail').length },
      fix: [
        {
          text: 'Create the pool in the operator namespace, or correct poolName and poolType in the network',
          command: sh`kubectl get ippools.nv-ipam.nvidia.com,cidrpools.nv-ipam.nvidia.com -A`,
          risk: 'config',
          ...(first ? { verify: `pods with ${first.subject} get an address` } : {}),
        },
      ],
    })
  },
  examples: [
    { name: 'exists', facts: { nads: [exampleNad()], ipPools: [examplePool()] }, status: 'pass' },
    { name: 'misspelt', facts: { nads: [exampleNad()], ipPools: [examplePool({ name: 'rail0' })] }, status: 'fail' },
    {
      name: 'the node daemon does not know it',
      facts: {
        ipamLog: [
          {
            from: null,
            to: null,
            noBlock: [],
            otherNamespace: [],
            invalidPools: [],
            full: [],
            unknownPools: [{ pool: 'rail-9', poolType: 'ippool' }],
            findings: [],
          },
        ],
      },
      status: 'fail',
    },
    { name: 'no nv-ipam', facts: { nads: [exampleNad({ config: null })], ipPools: [] }, status: 'skip' },
  ],
})

/** The node daemon's own words, without the networks and pools. */
function fromLog(unknown: IpamLogFacts['unknownPools']): Verdict {
  if (unknown.length === 0) return { status: 'skip', summary: 'No network and no log names a pool that is missing' }
  const findings = unknown.map(
    ({ pool, poolType }): Finding => ({
      subject: pool,
      status: 'fail',
      summary: `nv-ipam on this node knows no ${poolType === 'cidrpool' ? 'CIDRPool' : poolType === 'ippool' ? 'IPPool' : 'pool'} ${pool}: it does not exist in nv-ipam's namespace, is of the other type, or has no share for this node`,
    }),
  )
  return fromFindings(findings, '', {
    reason: 'missing-ip-pool',
    params: { networks: findings.length },
    fix: [
      {
        text: 'Compare poolName and poolType of the network with the pools, and their allocations with this node',
        command: sh`kubectl get ippools.nv-ipam.nvidia.com,cidrpools.nv-ipam.nvidia.com -A -o yaml`,
        risk: 'none',
      },
    ],
  })
}

function judge(
  nad: NadFact,
  blocks: readonly string[] | undefined,
  prefixes: readonly string[] | undefined,
): Finding[] {
  const ipam = nad.config?.ipam
  const type = ipam?.poolType ?? 'ippool'
  const [mine, other] = type === 'cidrpool' ? [prefixes, blocks] : [blocks, prefixes]
  const subject = `${nad.namespace ?? 'default'}/${nad.name}`
  if (ipam?.pools.length === 0) return [{ subject, status: 'fail', summary: `${subject} names no poolName` }]
  if (mine === undefined) return []
  const missing = ipam?.pools.filter((pool) => !mine.includes(pool)) ?? []
  if (missing.length === 0) return [{ subject, status: 'pass', summary: `${subject} → ${naming(ipam?.pools ?? [])}` }]
  const elsewhere = missing.filter((pool) => other?.includes(pool))
  const hint =
    elsewhere.length > 0
      ? `; it exists as ${type === 'ippool' ? 'CIDRPool, poolType "cidrpool" is missing' : 'IPPool, poolType must be "ippool"'}`
      : `; there are ${naming(distinct(mine)) || 'none'}`
  return [
    {
      subject,
      status: 'fail',
      summary: `${subject} takes addresses from ${type} ${naming(missing)}, which does not exist${hint}`,
    },
  ]
}
