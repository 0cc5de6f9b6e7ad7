import { check, type Finding, lacking, type Verdict } from '@/lib/check'
import { componentOf } from '@/lib/components'
import { distinct, fromFindings, naming } from '@/lib/k8s/from-findings'
import { examplePool } from '@/lib/k8s/pool-examples'
import { poolViews, servedNamespaces } from '@/lib/k8s/pools'
import { sh } from '@/lib/shell'

export default check({
  id: 'pool-in-wrong-namespace',
  level: 'resources',
  scope: 'cluster',
  title: { pass: 'IP pools are where nv-ipam looks', fail: 'IP pool in a namespace nv-ipam ignores' },
  why: 'The nv-ipam controller reads pools of its own namespace only. A pool elsewhere gets no status and no event, and pods fail with “configuration for pool not found”.',
  refs: ['k8s-formats §8', 'nvidia-k8s-ipam pkg/ipam-controller/controllers/ippool/ippool.go', 'samples/recorded/04'],
  needs: [],
  wants: ['ipPools', 'cidrPools', 'pods', 'ipamLog'],
  anyOf: ['ipPools', 'cidrPools', 'ipamLog'],
  after: [],
  run({ ipPools, cidrPools, pods, ipamLog }) {
    const pools = poolViews(ipPools, cidrPools)
    const logged = (ipamLog ?? []).flatMap((log) => log.otherNamespace)
    if (ipPools === undefined && cidrPools === undefined) return fromLog(logged)
    if (pools.length === 0) return { status: 'skip', summary: 'There is no nv-ipam pool' }
    const controllers = (pods ?? []).filter((pod) => componentOf(pod.labels)?.id === 'nv-ipam-controller')
    const served = new Set([...servedNamespaces(pools), ...controllers.map((pod) => pod.namespace)])
    const where = naming(distinct([...served]))
    const orphans = pools.filter((pool) => !pool.hasStatus && pool.namespace !== null)
    if (served.size === 0)
      return lacking('no pool has a status and no nv-ipam controller pod was seen: its namespace is not known')
    const findings = pools.map((pool): Finding => {
      const ignored = logged.some((each) => each.pool === pool.name && each.namespace === pool.namespace)
      const wrong = orphans.includes(pool) && (ignored || !served.has(pool.namespace ?? ''))
      return wrong
        ? {
            subject: pool.name,
            status: 'fail',
            summary: `${pool.kind} ${pool.name} is in namespace ${pool.namespace ?? 'unknown'}, nv-ipam reads ${where} only: it has no status`,
          }
        : { subject: pool.name, status: 'pass', summary: `${pool.name} in ${pool.namespace ?? 'unknown'}` }
    })
    const bad = findings.find((each) => each.status === 'fail')
    const pool = pools.find((each) => each.name === bad?.subject && !each.hasStatus)
    const plural = pool?.kind === 'CIDRPool' ? 'cidrpools' : 'ippools'
    return fromFindings(findings, `${pools.length} pool(s) in namespace ${where}`, {
      reason: 'pool-in-wrong-namespace',
      params: { pools: findings.filter((each) => each.status === 'fail').length },
      fix: [
        {
          text: `Create the pool again in namespace ${where}`,
          command: sh`kubectl -n ${pool?.namespace ?? ''} get ${`${plural}.nv-ipam.nvidia.com`} ${pool?.name ?? ''} -o yaml`,
          risk: 'config',
          verify: 'the new pool gets status.allocations within seconds',
        },
      ],
    })
  },
  examples: [
    { name: 'all in one place', facts: { ipPools: [examplePool()] }, status: 'pass' },
    {
      name: 'one in default',
      facts: {
        ipPools: [examplePool(), examplePool({ name: 'rail-1', namespace: 'default', blocks: [], hasStatus: false })],
      },
      status: 'fail',
    },
    { name: 'nobody knows', facts: { ipPools: [examplePool({ blocks: [], hasStatus: false })] }, status: 'lacking' },
  ],
})

/** The controller's own words, without the pools themselves. */
function fromLog(ignored: readonly { pool: string; namespace: string | null }[]): Verdict {
  if (ignored.length === 0) return { status: 'skip', summary: 'The nv-ipam log names no ignored pool' }
  const findings = ignored.map(
    ({ pool, namespace }): Finding => ({
      subject: pool,
      status: 'fail',
      summary: `pool ${pool} is in namespace ${namespace ?? 'unknown'}: the nv-ipam controller ignores it`,
    }),
  )
  return fromFindings(findings, '', {
    reason: 'pool-in-wrong-namespace',
    params: { pools: findings.length },
    fix: [{ text: 'Create the pool again in the namespace of the nv-ipam controller', risk: 'config' }],
  })
}
