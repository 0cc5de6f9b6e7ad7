import { check, type Finding, lacking } from '@/lib/check'
import { exampleNode } from '@/lib/k8s/examples'
import { fromFindings } from '@/lib/k8s/from-findings'
import { parseNetwork } from '@/lib/k8s/ip'
import { exampleNad, examplePool } from '@/lib/k8s/pool-examples'
import { vfsOfPool } from '@/lib/k8s/pool-vfs'
import { blockCount, poolViews, selectedNodes, usableInBlock } from '@/lib/k8s/pools'

export default check({
  id: 'pool-too-small',
  level: 'resources',
  scope: 'cluster',
  title: { pass: 'IP pools are large enough', fail: 'IP pool is too small' },
  why: 'A subnet must hold a block for every selected node, and a block an address for every VF of the rail: gateway and excluded addresses inside a block are lost to its node, so the last pod gets none.',
  refs: ['k8s-formats §8 (capacity, IPAM-3)', 'nvidia-k8s-ipam README (limitations: gateway)'],
  needs: ['ipPools'],
  wants: ['nodes', 'nads'],
  after: [],
  run({ ipPools, nodes, nads }) {
    if (ipPools.length === 0) return { status: 'skip', summary: 'There is no nv-ipam IPPool' }
    if (nodes === undefined || nodes.length === 0) return lacking('no list of nodes to size the pools for')
    const findings = ipPools.map((pool): Finding => {
      const capacity = blockCount(pool)
      const view = poolViews([pool])[0]
      const wanted = view === undefined ? 0 : selectedNodes(view, nodes).length
      if (capacity === null || parseNetwork(pool.subnet) === null)
        return { subject: pool.name, status: 'pass', summary: `${pool.name}: its spec cannot be computed` }
      const shape = `${pool.subnet ?? ''} with blocks of ${pool.blockSize ?? '?'}`
      if (wanted > capacity)
        return {
          subject: pool.name,
          status: 'fail',
          summary: `IPPool ${pool.name}: ${shape} makes ${capacity} blocks, ${wanted} nodes are selected`,
        }
      const vfs = vfsOfPool(pool.name, 'ippool', nads ?? [], nodes)
      const short = pool.blocks.flatMap((block) => {
        const [have, need] = [usableInBlock(pool, block), vfs.get(block.node) ?? 0]
        return have !== null && have < need ? [{ node: block.node, have, need }] : []
      })
      const first = short[0]
      if (first)
        return {
          subject: pool.name,
          status: 'warn',
          summary: `IPPool ${pool.name}: the block of ${first.node} has ${first.have} usable addresses for ${first.need} VFs (${short.length} of ${pool.blocks.length} nodes): the last pod gets none`,
        }
      return { subject: pool.name, status: 'pass', summary: `${pool.name}: ${capacity} blocks for ${wanted} nodes` }
    })
    if (nads === undefined && findings.every((each) => each.status === 'pass'))
      return lacking('no attachment definitions to tell which VFs take addresses from which pool')
    return fromFindings(
      findings,
      `${ipPools.length} pool(s) hold a block for each selected node and an address for each VF`,
      {
        reason: 'pool-too-small',
        params: { pools: findings.filter((each) => each.status !== 'pass').length },
        fix: [
          {
            text: 'Enlarge the subnet or choose another perNodeBlockSize (at least VFs of the rail plus one), put the gateway at the end of the subnet, or select only fabric nodes',
            risk: 'restart-pods',
            verify: 'status.allocations lists every fabric node',
          },
        ],
      },
    )
  },
  examples: [
    {
      name: 'enough',
      facts: { ipPools: [examplePool()], nodes: [exampleNode()], nads: [exampleNad()] },
      status: 'pass',
    },
    {
      name: 'fewer blocks than nodes',
      facts: {
        ipPools: [examplePool({ subnet: '192.168.1.0/28', blockSize: 8, blocks: [] })],
        nodes: [exampleNode(), exampleNode({ name: 'b' })],
      },
      status: 'fail',
    },
    {
      name: 'the gateway takes the eighth address',
      facts: {
        ipPools: [
          examplePool({
            blockSize: 8,
            gateway: '192.168.1.1',
            blocks: [{ node: 'dgx030', start: '192.168.1.1', end: '192.168.1.8' }],
          }),
        ],
        nodes: [exampleNode()],
        nads: [exampleNad()],
      },
      status: 'warn',
    },
    { name: 'no nodes known', facts: { ipPools: [examplePool()] }, status: 'lacking' },
  ],
})
