import type { SriovPoolConfig } from '@/collectors/cluster/config-maps-sriov/pools'
import type { NodeStateFact } from '@/collectors/cluster/sriov-node-state/parse'
import type { SriovPluginLogFacts } from '@/collectors/cluster/sriov-plugin-log/parse'

/** What is wrong with one pool of the SR-IOV device plugin. */
export interface PoolFault {
  id:
    | 'no-devices'
    | 'no-such-pf'
    | 'overlap'
    | 'bad-json'
    | 'device-taken'
    | 'no-config'
    | 'invalid-config'
    | 'rdma-missing'
    | 'left-out'
    | 'unhealthy'
    | 'not-registered'
  pool: string
  status: 'fail' | 'warn'
  words: string
}

interface Entry {
  node: string
  pools: readonly SriovPoolConfig[] | null
}

/** Faults of pools, from the configuration per node and from logs. Source: k8s-formats §7, §20.10–11. */
export function poolFaults(
  entries: readonly Entry[],
  logs: readonly SriovPluginLogFacts[],
  states: readonly NodeStateFact[] | undefined,
): PoolFault[] {
  return [...entries.flatMap((entry) => ofEntry(entry, states)), ...logs.flatMap(ofLog)]
}

function ofEntry(entry: Entry, states: readonly NodeStateFact[] | undefined): PoolFault[] {
  if (entry.pools === null)
    return [
      {
        id: 'bad-json',
        pool: entry.node,
        status: 'fail',
        words: `the configuration of node ${entry.node} is not a resourceList in JSON`,
      },
    ]
  const seen = states?.find((each) => each.node === entry.node)?.pfs ?? []
  const names = new Set(seen.flatMap((pf) => [pf.name, ...pf.altNames].filter((each) => each !== null)))
  const missing = entry.pools.filter(
    (pool) => names.size > 0 && pool.pfNames.length > 0 && !pool.pfNames.some((each) => names.has(pfOf(each))),
  )
  return [
    ...missing.map(
      (pool): PoolFault => ({
        id: 'no-such-pf',
        pool: pool.resourceName,
        status: 'fail',
        words: `${pool.resourceName} selects ${pool.pfNames.join(', ')}, node ${entry.node} has ${[...names].slice(0, 10).join(', ')}: 0 devices`,
      }),
    ),
    ...overlaps(entry.pools),
  ]
}

function overlaps(pools: readonly SriovPoolConfig[]): PoolFault[] {
  return pools.flatMap((pool, index) =>
    pools.slice(0, index).flatMap((other): PoolFault[] => {
      if (other.resourceName === pool.resourceName) return []
      const shared = pool.pfNames.find((a) => other.pfNames.some((b) => intersect(a, b)))
      return shared === undefined
        ? []
        : [
            {
              id: 'overlap',
              pool: pool.resourceName,
              status: 'warn',
              words: `${pool.resourceName} (${pool.pfNames.join(', ')}) and ${other.resourceName} (${other.pfNames.join(', ')}) select the same VFs of ${pfOf(shared)}`,
            },
          ]
    }),
  )
}

/** `ibp24s0` or `ibp24s0#0-3,5`. */
function pfOf(selector: string): string {
  return selector.split('#')[0] ?? selector
}

function intersect(a: string, b: string): boolean {
  if (pfOf(a) !== pfOf(b)) return false
  const [left, right] = [ranges(a), ranges(b)]
  return (
    left === null ||
    right === null ||
    left.some(([from, to]) => right.some(([start, end]) => from <= end && start <= to))
  )
}

/** Null: all VFs. */
function ranges(selector: string): [number, number][] | null {
  const text = selector.split('#')[1]
  if (text === undefined) return null
  return text.split(',').map((part) => {
    const [from = 0, to = from] = part.split('-').map(Number)
    return [from, to]
  })
}

function ofLog(log: SriovPluginLogFacts): PoolFault[] {
  const empty = log.pools.filter((pool) => pool.skipped || pool.devices === 0)
  const pools = empty.map((pool): PoolFault => {
    const selector =
      pool.config === null ? 'its selectors match' : `pfNames ${pool.config.pfNames.join(', ') || '(none)'} matches`
    const others = log.pools.filter((each) => (each.devices ?? 0) > 0).map((each) => `${each.name} has ${each.devices}`)
    return {
      id: 'no-devices',
      pool: pool.name,
      status: 'fail',
      words: `${pool.name} has 0 devices: ${selector} no VF${others.length > 0 ? `; ${others.join(', ')}` : ''}`,
    }
  })
  const worse = log.findings.some((each) => CONFIG.has(each.id) && each.id !== 'invalid-config')
  const lines = log.findings.flatMap((each): PoolFault[] => {
    const device = each.pci ?? 'device'
    if (each.id === 'device-taken')
      return [
        { id: 'device-taken', pool: device, status: 'warn', words: `two pools select the same device: ${each.text}` },
      ]
    if (each.id === 'device-left-out')
      return [{ id: 'left-out', pool: device, status: 'warn', words: `${device} is left out: ${each.text}` }]
    if (each.id === 'rdma-missing')
      return [
        { id: 'rdma-missing', pool: device, status: 'warn', words: `${device} has no RDMA devices: ${each.text}` },
      ]
    if (each.id === 'no-config-for-node' || each.id === 'no-resource-config')
      return [{ id: 'no-config', pool: 'node', status: 'fail', words: `no configuration for this node: ${each.text}` }]
    if (each.id === 'not-registered')
      return [
        {
          id: 'not-registered',
          pool: /^(?:Plugin: )?(\S{1,200}?)(?:\.sock)? /.exec(each.text)?.[1] ?? 'plug-in',
          status: 'fail',
          words: `the kubelet did not take the registration: ${each.text}`,
        },
      ]
    // The plug-in's last words only say that a line before them is why.
    if (!CONFIG.has(each.id) || (each.id === 'invalid-config' && worse)) return []
    return [
      { id: 'invalid-config', pool: 'configuration', status: 'fail', words: `${CONFIG.get(each.id)}${each.text}` },
    ]
  })
  const sick = log.unhealthy.map(
    (each): PoolFault => ({
      id: 'unhealthy',
      pool: each.pool,
      status: 'warn',
      words: `${each.pool}: the plug-in calls ${each.devices.length} device(s) unhealthy: ${each.devices.slice(0, 8).join(', ')}`,
    }),
  )
  return [...pools, ...lines, ...sick]
}

/** Lines that say why the plug-in does not take its configuration, and how to name them. */
const CONFIG: ReadonlyMap<string, string> = new Map([
  ['bad-json', 'the configuration is not the JSON that the plug-in reads: '],
  ['bad-selectors', 'the selectors of a resource cannot be read: '],
  ['bad-resource', 'a resource of the configuration is refused: '],
  ['bad-config-file', 'the configuration cannot be read: '],
  ['invalid-config', ''],
  ['exits', 'the plug-in exits: '],
])
