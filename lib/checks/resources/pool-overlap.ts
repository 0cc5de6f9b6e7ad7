import { check, type Finding } from '@/lib/check'
import { fromFindings } from '@/lib/k8s/from-findings'
import { networksOverlap, parseNetwork } from '@/lib/k8s/ip'
import { examplePool } from '@/lib/k8s/pool-examples'
import { poolViews } from '@/lib/k8s/pools'

export default check({
  id: 'pool-overlap',
  level: 'resources',
  scope: 'cluster',
  title: { pass: 'IP pools do not overlap', fail: 'IP pools overlap' },
  why: 'Two pools that share addresses give the same IP to two pods: connections between ranks then reach the wrong one, or none.',
  refs: ['k8s-formats §8'],
  needs: [],
  wants: ['ipPools', 'cidrPools'],
  anyOf: ['ipPools', 'cidrPools'],
  after: [],
  run({ ipPools, cidrPools }) {
    const pools = poolViews(ipPools, cidrPools).flatMap((pool) => {
      const network = parseNetwork(pool.range)
      return network === null ? [] : [{ ...pool, network }]
    })
    if (pools.length < 2) return { status: 'skip', summary: `${pools.length} nv-ipam pool(s): nothing to overlap` }
    const findings = pools.flatMap((a, index) =>
      pools.slice(index + 1).flatMap((b): Finding[] =>
        networksOverlap(a.network, b.network)
          ? [
              {
                subject: b.name,
                status: 'warn',
                summary: `${a.kind} ${a.name} (${a.range ?? ''}) and ${b.kind} ${b.name} (${b.range ?? ''}) share addresses`,
              },
            ]
          : [],
      ),
    )
    if (findings.length === 0) return { status: 'pass', summary: `${pools.length} pools, no two share addresses` }
    return fromFindings(findings, '', {
      reason: 'pool-overlap',
      params: { pairs: findings.length },
      fix: [
        { text: 'Give each rail its own subnet; pods of the changed pool must be recreated', risk: 'restart-pods' },
      ],
    })
  },
  examples: [
    {
      name: 'apart',
      facts: { ipPools: [examplePool(), examplePool({ name: 'rail-1', subnet: '192.168.2.0/24' })] },
      status: 'pass',
    },
    {
      name: 'one inside the other',
      facts: { ipPools: [examplePool(), examplePool({ name: 'rail-1', subnet: '192.168.0.0/16' })] },
      status: 'warn',
    },
  ],
})
