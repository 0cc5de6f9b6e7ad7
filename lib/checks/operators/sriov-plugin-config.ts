import { check, lacking } from '@/lib/check'
import { aSriovLog } from '@/lib/examples/logs'
import { type PoolFault, poolFaults } from '@/lib/sriov-pools'

const POOL = {
  resourceName: 'a',
  prefix: null,
  deviceType: null,
  vendors: ['15b3'],
  pfNames: ['ibp24s0'],
  rootDevices: [],
  linkTypes: [],
  isRdma: true,
}
const mapOf = (node: string, pools: readonly (typeof POOL)[] | null) => [
  { namespace: 'network-operator', name: 'device-plugin-config', nodes: [{ node, pools }] },
]
const EMPTY = {
  name: 'resibp64s0',
  devices: 0,
  skipped: true,
  config: { ...POOL, resourceName: 'resibp64s0', pfNames: ['ibp65s0#0-7'] },
}

/** Pools of the SR-IOV device plugin: those that match nothing are dropped without a word. */
export default check({
  id: 'sriov-plugin-config',
  level: 'operators',
  title: { pass: 'SR-IOV device plugin serves every pool', fail: 'SR-IOV device plugin leaves out a pool' },
  why: 'A pool whose selectors match no VF is skipped silently: the pod runs, the resource is simply not there, and pods that ask for it stay Pending. Two pools over the same VFs split them by order.',
  refs: ['k8s-formats §7, §20.10–11', 'k8snetworkplumbingwg/sriov-network-device-plugin cmd/sriovdp/manager.go'],
  needs: [],
  anyOf: ['sriovPluginLog', 'configMapsSriov'],
  wants: ['sriovPluginLog', 'configMapsSriov', 'nodes', 'nodeStates'],
  after: [],
  run({ sriovPluginLog, configMapsSriov, nodes, nodeStates }, { node }) {
    const own = node ?? (nodes?.length === 1 ? (nodes[0]?.name ?? null) : null)
    const entries = (configMapsSriov ?? [])
      .flatMap((map) => map.nodes)
      .filter((each) => own === null || each.node === own)
    const logs = sriovPluginLog ?? []
    if (logs.length === 0 && entries.length === 0)
      return { status: 'skip', summary: 'Neither a configuration nor a log of the plug-in speaks of this node' }
    const faults = poolFaults(entries, logs, nodeStates)
    const pools = new Set([
      ...entries.flatMap((each) => each.pools ?? []).map((each) => each.resourceName),
      ...logs.flatMap((each) => each.pools).map((each) => each.name),
    ])
    if (faults.length === 0) {
      if (pools.size === 0) return lacking('no pool is named in what was read')
      if (entries.length === 0 && logs.every((each) => each.registered.length === 0))
        return lacking('the log does not reach the registration of a pool')
      return {
        status: 'pass',
        summary: `${pools.size} pools configured, none is skipped or split: ${[...pools].slice(0, 8).join(', ')}`,
      }
    }
    return {
      status: faults.some((each) => each.status === 'fail') ? 'fail' : 'warn',
      summary: faults
        .slice(0, 4)
        .map((each) => each.words)
        .join('; '),
      findings: faults.map((each) => ({ subject: each.pool, status: each.status, summary: each.words })),
      evidence: [
        {
          kind: 'lines',
          title: 'What decided',
          source: 'log or configuration of the plug-in',
          lines: faults.map((each) => ({ text: each.words, mark: true })),
        },
      ],
      fix: [...new Map(faults.map((each) => [each.id, each])).values()].map(step),
      reason: faults[0]?.id ?? 'config',
      params: { pools: poolNames(faults) },
    }
  },
  examples: [
    { name: 'all pools served', facts: { sriovPluginLog: [aSriovLog()] }, status: 'pass' },
    { name: 'a pool without devices', facts: { sriovPluginLog: [aSriovLog({ pools: [EMPTY] })] }, status: 'fail' },
    {
      name: 'two pools on one PF',
      facts: { configMapsSriov: mapOf('dgx030', [POOL, { ...POOL, resourceName: 'b' }]) },
      status: 'warn',
    },
    { name: 'no JSON', facts: { configMapsSriov: mapOf('dgx030', null) }, status: 'fail' },
    { name: 'nothing of this node', facts: { configMapsSriov: mapOf('other', [POOL]) }, status: 'skip' },
  ],
})

function poolNames(faults: readonly PoolFault[]): string {
  const names = faults.map((each) => each.pool).sort()
  return names.join(',')
}

const STEPS: Partial<Record<PoolFault['id'], string>> = {
  overlap: 'Give the two policies disjoint VF ranges (pfNames "ibp24s0#0-3")',
  'rdma-missing':
    'Load ib_uverbs and rdma_ucm on the node, see with rdma link that the VF has a device in the host, then restart the plug-in there',
  'left-out': 'See what driver the device is bound to (lspci -nnk): a VF without a driver cannot be offered',
  unhealthy:
    'Look at these VFs on the node: with RDMA mode exclusive a restart of the plug-in loses VFs that pods hold',
  'not-registered': 'See whether the kubelet answers and takes other plug-ins; restart the plug-in on this node',
}

function step(fault: PoolFault) {
  return {
    text:
      STEPS[fault.id] ?? 'Compare pfNames, vendor and vfRange of the SriovNetworkNodePolicy with the PFs of this node',
    command: 'kubectl get sriovnetworknodepolicies -A -o yaml',
    risk: 'config' as const,
    verify: 'the node offers the resource: kubectl describe node',
  }
}
