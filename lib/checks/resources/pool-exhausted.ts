import { check, type Finding } from '@/lib/check'
import { exampleNode } from '@/lib/k8s/examples'
import { distinct, fromFindings, naming } from '@/lib/k8s/from-findings'
import { poolEvents } from '@/lib/k8s/pool-events'
import { exampleEvent, examplePool } from '@/lib/k8s/pool-examples'
import { gatewayWords } from '@/lib/k8s/pool-words'
import { type PoolView, poolViews, selectedNodes } from '@/lib/k8s/pools'
import { whereaboutsFindings } from '@/lib/k8s/whereabouts'
import { sh } from '@/lib/shell'

/** k8s-formats §8 IPAM-3: less than this share of free blocks is worth a warning. */
const FEW_FREE = 0.1

export default check({
  id: 'pool-exhausted',
  level: 'resources',
  scope: 'cluster',
  title: { pass: 'IP pools have room', fail: 'IP pool has no address left' },
  why: 'A pool whose blocks are all given cannot serve one more node; a range whose addresses are all leased cannot serve one more pod.',
  refs: ['k8s-formats §8', 'nvidia-k8s-ipam pkg/ipam-controller/allocator', 'whereabouts pkg/storage'],
  needs: [],
  wants: ['ipPools', 'cidrPools', 'whereaboutsPools', 'events', 'ipamLog', 'nodes'],
  anyOf: ['ipPools', 'cidrPools', 'whereaboutsPools', 'events', 'ipamLog'],
  after: [],
  run({ ipPools, cidrPools, whereaboutsPools, events, ipamLog, nodes }) {
    const pools = poolViews(ipPools, cidrPools)
    const said = poolEvents(events, ipamLog).filter((event) => event.kind === 'no-free')
    const findings = pools.map((pool): Finding => {
      const told = distinct(
        said
          .filter((event) => event.pool === pool.name && !pool.holders.includes(event.node ?? ''))
          .flatMap((event) => event.node ?? []),
      )
      const extra = gatewayWords(ipPools?.find((each) => each.name === pool.name && each.namespace === pool.namespace))
      return judge(pool, nodes === undefined ? null : selectedNodes(pool, nodes).length, told, extra)
    })
    for (const event of ipPools || cidrPools ? [] : said)
      findings.push({
        subject: event.pool,
        status: 'fail',
        summary: `pool ${event.pool}: no block left for ${event.node ?? 'a node'} (${event.message})`,
      })
    findings.push(...whereaboutsFindings(whereaboutsPools ?? []))
    for (const { pool, words } of (ipamLog ?? []).flatMap((log) => log.full))
      findings.push({
        subject: pool,
        status: 'fail',
        summary: `pool ${pool} has no free address on this node: ${words}`,
      })
    if (findings.length === 0) return { status: 'skip', summary: 'There is no IP pool, and no event of one' }
    const open = findings.filter((each) => each.status === 'pass').length
    return fromFindings(
      findings,
      `${open} pool(s) have free blocks: ${naming(
        findings.map((each) => each.summary),
        2,
      )}`,
      {
        reason: 'pool-exhausted',
        params: { pools: findings.filter((each) => each.status !== 'pass').length },
        fix: [
          {
            text: 'Use a larger subnet or a smaller perNodeBlockSize, or a nodeSelector so that only fabric nodes take a block',
            command: sh`kubectl get ippools.nv-ipam.nvidia.com -A`,
            risk: 'restart-pods',
          },
        ],
      },
    )
  },
  examples: [
    { name: 'room for 14 more nodes', facts: { ipPools: [examplePool()] }, status: 'pass' },
    { name: 'all blocks given', facts: { ipPools: [examplePool({ subnet: '192.168.1.0/27' })] }, status: 'warn' },
    {
      name: 'all given and a node more',
      facts: {
        ipPools: [examplePool({ subnet: '192.168.1.0/27' })],
        nodes: [exampleNode(), exampleNode({ name: 'b' })],
      },
      status: 'fail',
    },
    {
      name: 'only the event',
      facts: { events: [exampleEvent('NoFreeRanges', 'rail-0', 'failed to allocate IPs on Node: n9')] },
      status: 'fail',
    },
  ],
})

function judge(pool: PoolView, wanted: number | null, told: readonly string[], extra: string): Finding {
  const { name, holders, capacity } = pool
  if (capacity === null)
    return {
      subject: name,
      status: 'pass',
      summary: `${name}: its size cannot be computed from ${pool.range ?? 'its spec'}`,
    }
  const free = capacity - holders.length
  const used = `${holders.length} of ${capacity} blocks of ${pool.kind} ${name} (${pool.range ?? ''}) are given`
  if (told.length > 0)
    return { subject: name, status: 'fail', summary: `${used}, none is left for ${naming(told)}${extra}` }
  if (free <= 0 && wanted !== null && wanted > capacity)
    return { subject: name, status: 'fail', summary: `${used}, ${wanted} nodes need one${extra}` }
  if (free <= 0 && wanted !== null && wanted === holders.length)
    return { subject: name, status: 'pass', summary: `${used}, every node has one, a further node would get none` }
  if (free <= 0) return { subject: name, status: 'warn', summary: `${used}: a further node gets none${extra}` }
  if (free / capacity < FEW_FREE) return { subject: name, status: 'warn', summary: `${used}, ${free} free${extra}` }
  return {
    subject: name,
    status: 'pass',
    summary: `${name}: ${holders.length} of ${capacity} blocks given, ${free} free`,
  }
}
