import type { Gid } from '@/collectors/node/show-gids/parse'
import { check } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { EXAMPLE_ROCE, judgeRoce, roceScope } from '@/lib/rules/roce'

const gid = (index: number, version: Gid['version'], ipv4: string | null): Gid => ({
  device: 'mlx5_0',
  port: 1,
  index,
  gid: 'fe80:0000:0000:0000:a288:c2ff:fec1:2906',
  ipv4,
  version,
  netdev: 'eth2',
})

/** Every RoCE port in use has a RoCE v2 GID with an IPv4 address. */
export default check({
  id: 'roce-gid',
  level: 'links',
  title: { pass: 'RoCE ports have a routable GID', fail: 'A RoCE port has no routable GID' },
  why: 'NCCL and perftest address the peer by a RoCE v2 GID that holds an IPv4 address. It appears only once the interface has that address; its index is often 3 and never guaranteed.',
  refs: ['research/host-formats.md §6 (roce-gid)', 'mlnx-tools sbin/show_gids'],
  needs: [],
  wants: ['gids', 'infiniband'],
  anyOf: ['gids', 'infiniband'],
  after: [],
  run({ gids, infiniband }, { profile }) {
    const tables = new Map<string, { netdev: string; port: string; entries: Gid[] }>()
    for (const entry of gids?.gids ?? []) {
      if (entry.version === null || entry.netdev === null) continue
      const port = `${entry.device}/${entry.port}`
      const table = tables.get(port) ?? { netdev: entry.netdev, port, entries: [] }
      table.entries.push(entry)
      tables.set(port, table)
    }
    const scope = roceScope(infiniband, profile)
    if (scope.kind === 'pasted' && gids && tables.size === 0)
      return { status: 'skip', summary: `No RoCE port with a network device among ${gids.gids.length} GIDs` }
    return judgeRoce(
      {
        judge({ port, entries }) {
          const usable = entries.filter(({ version, ipv4 }) => version === 'v2' && ipv4 !== null)
          if (usable.length > 0) return 'good'
          if (gids?.complete === false) return 'unknown'
          return { bad: `(${port}) has ${entries.length} GIDs and none is RoCE v2 with an IPv4 address` }
        },
        good: 'RoCE v2 GID with an IPv4 address',
        reason: 'gid',
        fix: [
          {
            text: 'Give the interface its IPv4 address',
            command: 'ip -4 addr show',
            risk: 'config',
            verify: 'show_gids lists a v2 row with that address',
          },
        ],
      },
      [...tables.values()],
      scope,
      'no GID table of a RoCE port was read',
    )
  },
  examples: [
    {
      name: 'v2 with an address',
      facts: { gids: { gids: [gid(1, 'v2', null), gid(3, 'v2', '10.31.4.2')] } },
      status: 'pass',
    },
    {
      name: 'link-local only',
      facts: { gids: { gids: [gid(0, 'v1', null), gid(1, 'v2', null)] } },
      context: { profile: EXAMPLE_ROCE },
      status: 'fail',
    },
    { name: 'address only as v1', facts: { gids: { gids: [gid(2, 'v1', '10.31.4.2')] } }, status: 'warn' },
    {
      name: 'an InfiniBand node',
      facts: { infiniband: examplePorts(examplePort(0)), gids: { gids: [] } },
      status: 'skip',
    },
  ],
})
