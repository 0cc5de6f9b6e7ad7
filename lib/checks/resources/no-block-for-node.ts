import { check, type Finding, lacking } from '@/lib/check'
import { exampleNode } from '@/lib/k8s/examples'
import { distinct, fromFindings, naming } from '@/lib/k8s/from-findings'
import { poolEvents } from '@/lib/k8s/pool-events'
import { exampleEvent, examplePool } from '@/lib/k8s/pool-examples'
import { isIgnored, poolViews, selectedNodes } from '@/lib/k8s/pools'
import { isFabricNode } from '@/lib/k8s/resources'
import { sh } from '@/lib/shell'

export default check({
  id: 'no-block-for-node',
  level: 'resources',
  title: { pass: 'Every IP pool has a block for the node', fail: 'IP pool has no block for the node' },
  why: 'nv-ipam gives addresses on a node only from the block that the pool allocated to it. Without one every pod of that rail hangs in ContainerCreating there, on all other nodes it works.',
  refs: [
    'k8s-formats §8 (IPAM-2), §20.18–19',
    'nvidia-k8s-ipam pkg/ipam-controller/controllers/ippool/ippool.go',
    'samples/recorded/04',
  ],
  needs: [],
  wants: ['ipPools', 'cidrPools', 'events', 'ipamLog', 'nodes'],
  anyOf: ['ipPools', 'cidrPools', 'events', 'ipamLog'],
  after: [],
  run({ ipPools, cidrPools, events, ipamLog, nodes }, { node }) {
    const pools = poolViews(ipPools, cidrPools)
    const said = poolEvents(events, ipamLog).filter(
      (event) => event.kind === 'no-free' && (node === null || event.node === node),
    )
    const served = pools.filter((pool) => !isIgnored(pool, pools))
    const fabric = nodes?.filter(isFabricNode) ?? []
    const findings = served.map((pool): Finding => {
      const without = selectedNodes(pool, fabric)
        .filter((each) => !pool.holders.includes(each.name))
        .map((each) => each.name)
      const told = said
        .filter(
          (event) =>
            event.pool === pool.name && !isOther(event.node, fabric) && !pool.holders.includes(event.node ?? ''),
        )
        .flatMap((event) => event.node ?? [])
      const missing = distinct([...without, ...told])
      const shares = `${pool.holders.length} of ${pool.capacity ?? 'an unknown number of'} blocks given`
      if (missing.length === 0)
        return { subject: pool.name, status: 'pass', summary: `${pool.kind} ${pool.name}: ${shares}` }
      return {
        subject: pool.name,
        status: 'fail',
        summary: `${pool.kind} ${pool.name} (${pool.range ?? 'no range'}) has no block for ${naming(missing)}: ${pool.hasStatus ? shares : 'the controller wrote no allocation at all'}`,
      }
    })
    for (const event of ipPools || cidrPools ? [] : said.filter((each) => !isOther(each.node, fabric)))
      findings.push({
        subject: event.pool,
        status: 'fail',
        summary: `pool ${event.pool} has no block for ${event.node ?? 'a node'}: ${event.message}`,
      })
    if (findings.length === 0) return { status: 'skip', summary: 'There is no nv-ipam pool, and no event of one' }
    if (fabric.length === 0 && findings.every((each) => each.status === 'pass'))
      return lacking('no list of nodes with fabric resources to compare the allocations with')
    return fromFindings(
      findings,
      `${findings.length} pool(s) have a block for ${fabric.length === 1 ? fabric[0]?.name : `all ${fabric.length} fabric nodes`}`,
      {
        reason: 'no-block-for-node',
        params: { pools: findings.filter((each) => each.status === 'fail').length },
        fix: [
          {
            text: 'Make room: a larger subnet, a smaller perNodeBlockSize, or a nodeSelector that leaves out nodes without NICs (the control plane takes a block too)',
            risk: 'restart-pods',
          },
          {
            text: 'See who holds blocks',
            command: sh`kubectl get ippools.nv-ipam.nvidia.com -A -o yaml`,
            risk: 'none',
          },
        ],
      },
    )
  },
  examples: [
    { name: 'has a block', facts: { ipPools: [examplePool()], nodes: [exampleNode()] }, status: 'pass' },
    {
      name: 'is left out',
      facts: { ipPools: [examplePool()], nodes: [exampleNode({ name: 'dgx033' })] },
      status: 'fail',
    },
    {
      name: 'only the event',
      facts: { events: [exampleEvent('NoFreeRanges', 'rail-0', 'failed to allocate IPs on Node: dgx030')] },
      status: 'fail',
    },
    {
      name: 'a node without NICs is left out',
      facts: {
        ipPools: [examplePool()],
        nodes: [exampleNode(), exampleNode({ name: 'head01', labels: {}, resources: [] })],
      },
      status: 'pass',
    },
    { name: 'a pool alone', facts: { ipPools: [examplePool()] }, status: 'lacking' },
  ],
})

/** True for a node that is known and has no fabric resources: it needs no address. */
function isOther(name: string | null, fabric: readonly { name: string }[]): boolean {
  return fabric.length > 0 && name !== null && !fabric.some((each) => each.name === name)
}
