import { check, type Finding, lacking } from '@/lib/check'
import { examplePf, exampleSriov, exampleVf } from '@/lib/examples/functions'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { isZeroGuid, vfGuids } from '@/lib/rules/vf-guids'
import { sriovOfState } from '@/lib/rules/wanted-vfs'
import { sh } from '@/lib/shell'

/** InfiniBand VFs whose GUID is all zero (never assigned) or all f (released). */
export default check({
  id: 'zero-vf-guid',
  level: 'vfs',
  title: { pass: 'InfiniBand VFs have GUIDs', fail: 'InfiniBand VFs have no GUID' },
  why: 'A VF without a GUID cannot join the fabric: its port stays Down while the PF is healthy, and the CNI refuses the pod with "VF GUID is not valid". Operators before the fix never notice, because they compare with another spelling of zero.',
  refs: [
    'research/host-formats.md §7 (vf-guid)',
    'research/k8s-formats.md §3.1',
    'Mellanox/network-operator issue 1825',
  ],
  needs: [],
  wants: ['sriov', 'infiniband', 'nodeStates'],
  anyOf: ['sriov', 'infiniband', 'nodeStates'],
  after: [],
  run({ nodeStates, ...read }) {
    const seen =
      read.sriov || read.infiniband ? null : sriovOfState(nodeStates?.length === 1 ? nodeStates[0] : undefined)
    const facts = seen ? { sriov: seen } : read
    const vfs = vfGuids(facts)
    const zero = vfs.filter((vf) => [vf.node, vf.port].some(isZeroGuid))
    if (zero.length > 0) {
      const first = zero[0]
      return {
        status: 'fail',
        summary: `${zero.length} of ${vfs.length} InfiniBand VFs have no GUID assigned: ${zero
          .slice(0, 8)
          .map((vf) => vf.label)
          .join(', ')}`,
        findings: zero.map(
          (vf): Finding => ({
            subject: vf.label,
            status: 'fail',
            summary: `node GUID ${vf.node ?? 'not shown'}, port GUID ${vf.port ?? 'not shown'}`,
          }),
        ),
        fix: [
          {
            text: 'With the SR-IOV operator: let ib-kubernetes (or the config daemon) assign GUIDs; restart it on this node if it never did',
            command: 'kubectl get pods -A -l app=sriov-network-config-daemon -o wide',
            risk: 'none',
          },
          ...(first?.netdev && first.index !== null
            ? [
                {
                  text: 'By hand, a GUID that is unique in the fabric; then unbind and bind the VF',
                  command: sh`ip link set dev ${first.netdev} vf ${first.index} node_guid GUID && ip link set dev ${first.netdev} vf ${first.index} port_guid GUID`,
                  risk: 'restart-pods' as const,
                  verify: sh`ip -d link show dev ${first.netdev} prints NODE_GUID and PORT_GUID other than zero`,
                },
              ]
            : []),
        ],
        reason: 'zero-vf-guid',
        params: { all: zero.length === vfs.length },
      }
    }
    if (vfs.length === 0) return { status: 'skip', summary: 'No InfiniBand VF was seen' }
    const untold = vfs.filter((vf) => vf.node === null && vf.port === null)
    if (untold.length > 0)
      return lacking(`${untold.length} of ${vfs.length} InfiniBand VFs show no GUID (inbox driver: ip -d link show)`)
    if (read.sriov?.complete === false || read.infiniband?.complete === false) return lacking('the list of VFs is cut')
    return { status: 'pass', summary: `All ${vfs.length} InfiniBand VFs have a GUID` }
  },
  examples: [
    { name: 'two VFs with GUIDs', facts: { sriov: exampleSriov(examplePf()) }, status: 'pass' },
    {
      name: 'second VF without',
      facts: {
        sriov: exampleSriov(
          examplePf({ vfs: [exampleVf(0), exampleVf(1, { nodeGuid: null, portGuid: null, guidAssigned: false })] }),
        ),
      },
      status: 'fail',
    },
    {
      name: 'VF device with a zero port GUID',
      facts: {
        infiniband: examplePorts(examplePort(8, { portGuid: '0x0000000000000000' }, { type: 'MT4126', vf: true })),
      },
      status: 'fail',
    },
    {
      name: 'GUIDs not shown',
      facts: {
        sriov: exampleSriov(examplePf({ vfs: [exampleVf(0, { nodeGuid: null, portGuid: null, guidAssigned: null })] })),
      },
      status: 'lacking',
    },
    {
      name: 'Ethernet VFs need none',
      facts: {
        sriov: exampleSriov(
          examplePf({
            linkLayer: 'Ethernet',
            vfs: [exampleVf(0, { nodeGuid: null, portGuid: null, guidAssigned: null })],
          }),
        ),
      },
      status: 'skip',
    },
  ],
})
