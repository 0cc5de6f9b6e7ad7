import { check, type Finding, lacking } from '@/lib/check'
import { exampleNode } from '@/lib/k8s/examples'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { poolEvents } from '@/lib/k8s/pool-events'
import { exampleEvent, examplePool } from '@/lib/k8s/pool-examples'
import { cidrPoolFaults, ipPoolFaults } from '@/lib/k8s/pool-faults'
import { poolViews, selectedNodes } from '@/lib/k8s/pools'

export default check({
  id: 'invalid-ip-pool',
  level: 'resources',
  scope: 'cluster',
  title: { pass: 'IP pool specs are valid', fail: 'IP pool has an invalid spec' },
  why: 'The controller clears the allocations of a pool whose spec it refuses, and a selector that matches no node gives neither an allocation nor an event.',
  refs: ['k8s-formats §8, §20.17, §20.19', 'nvidia-k8s-ipam api/v1alpha1 (validation of IPPool and CIDRPool)'],
  needs: [],
  wants: ['ipPools', 'cidrPools', 'events', 'ipamLog', 'nodes'],
  anyOf: ['ipPools', 'cidrPools', 'events', 'ipamLog'],
  after: [],
  run({ ipPools, cidrPools, events, ipamLog, nodes }) {
    const refused = poolEvents(events, ipamLog).filter((event) => event.kind === 'invalid')
    const faults = new Map<string, readonly string[]>([
      ...(ipPools ?? []).map((pool) => [pool.name, ipPoolFaults(pool)] as const),
      ...(cidrPools ?? []).map((pool) => [pool.name, cidrPoolFaults(pool)] as const),
    ])
    const findings = poolViews(ipPools, cidrPools).map((pool): Finding => {
      const wrong = faults.get(pool.name) ?? []
      const event = refused.find((each) => each.pool === pool.name && !pool.hasStatus)
      const idle = nodes !== undefined && nodes.length > 0 && selectedNodes(pool, nodes).length === 0
      if (wrong.length > 0)
        return { subject: pool.name, status: 'fail', summary: `${pool.kind} ${pool.name}: ${wrong.join('; ')}` }
      if (event)
        return { subject: pool.name, status: 'fail', summary: `${pool.kind} ${pool.name} is refused: ${event.message}` }
      if (idle)
        return {
          subject: pool.name,
          status: 'fail',
          summary: `${pool.kind} ${pool.name}: its nodeSelector matches none of ${nodes?.length ?? 0} nodes`,
        }
      return { subject: pool.name, status: 'pass', summary: `${pool.name}: ${pool.range ?? ''}` }
    })
    for (const event of ipPools || cidrPools ? [] : refused)
      findings.push({ subject: event.pool, status: 'fail', summary: `pool ${event.pool} is refused: ${event.message}` })
    if (findings.length === 0) return { status: 'skip', summary: 'There is no nv-ipam pool, and no event of one' }
    const unplaced = poolViews(ipPools, cidrPools).filter((pool) => pool.selector !== null && pool.holders.length === 0)
    if (nodes === undefined && unplaced.length > 0 && findings.every((each) => each.status === 'pass'))
      return lacking(`no list of nodes to match the nodeSelector of ${naming(unplaced.map((each) => each.name))} with`)
    return fromFindings(findings, `${findings.length} pool spec(s) are valid`, {
      reason: 'invalid-ip-pool',
      params: { pools: findings.filter((each) => each.status === 'fail').length },
      fix: [
        {
          text: 'Correct the spec; the controller then writes the allocations again',
          risk: 'config',
          verify: 'status.allocations is filled',
        },
      ],
    })
  },
  examples: [
    {
      name: 'valid',
      facts: { ipPools: [examplePool({ gateway: '192.168.1.1' })], nodes: [exampleNode()] },
      status: 'pass',
    },
    { name: 'gateway outside', facts: { ipPools: [examplePool({ gateway: '10.0.0.1' })] }, status: 'fail' },
    {
      name: 'block larger than the subnet',
      facts: { ipPools: [examplePool({ subnet: '192.168.1.0/29', blockSize: 8 })] },
      status: 'fail',
    },
    {
      name: 'selects no node',
      facts: {
        ipPools: [examplePool({ blocks: [], nodeSelector: [[{ key: 'rail', operator: 'Exists', values: [] }]] })],
        nodes: [exampleNode()],
      },
      status: 'fail',
    },
    {
      name: 'refused by the controller',
      facts: {
        events: [
          exampleEvent('InvalidSpec', 'rail-0', 'spec.gateway: Invalid value: gateway is not part of the subnet'),
        ],
      },
      status: 'fail',
    },
  ],
})
