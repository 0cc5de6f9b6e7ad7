import { check, type Finding } from '@/lib/check'
import { examplePf, exampleSpec, exampleState } from '@/lib/k8s/examples'
import { fromFindings } from '@/lib/k8s/from-findings'
import { pfRows } from '@/lib/k8s/pf-rows'

/** From this many VFs on, the kernel's netlink answer for an InfiniBand PF outgrows the buffer (SNO pulls 1021, 1025, 1026). */
const LIMIT = 16

export default check({
  id: 'too-many-vfs-netlink',
  level: 'vfs',
  title: { pass: 'No PF is lost to an oversized netlink answer', fail: 'InfiniBand PF lost: too many VFs for netlink' },
  why: 'With 16 or more VFs on an InfiniBand PF the netlink reply is too large: the config daemon logs “message too long”, skips the PF, and it vanishes from the node state as if the hardware were gone.',
  refs: ['k8s-formats §3.2', 'sriov-network-operator pulls 1021, 1025, 1026'],
  needs: [],
  wants: ['configDaemonLog', 'nodeStates'],
  anyOf: ['configDaemonLog', 'nodeStates'],
  after: [],
  run({ configDaemonLog, nodeStates }) {
    const logged = (configDaemonLog ?? []).flatMap((log) =>
      log.findings
        .filter((each) => each.id === 'netlink-message-too-long')
        .map(
          (each): Finding => ({
            subject: log.node ?? each.pci ?? 'the node',
            status: 'fail',
            summary: `${log.node ?? 'the node'}: ${each.text}`,
          }),
        ),
    )
    const rows = (nodeStates ?? [])
      .filter((state) => state.inventory)
      .flatMap((state) => pfRows(state).map((row) => ({ ...row, node: state.node })))
    const lost = rows
      .filter((row) => row.state === null && row.wanted >= LIMIT && row.spec.linkType !== 'ETH')
      .map(
        (row): Finding => ({
          subject: row.spec.pci,
          status: 'fail',
          summary: `${row.node} ${row.label}: ${row.wanted} VFs asked and the PF is not in the status`,
        }),
      )
    if (logged.length + lost.length > 0) {
      return fromFindings([...logged, ...lost], '', {
        reason: 'too-many-vfs-netlink',
        fix: [
          {
            text: 'Use fewer than 16 VFs per InfiniBand PF, or a newer kernel and SR-IOV operator',
            risk: 'drain',
            verify: 'the PF is in status.interfaces again',
          },
        ],
      })
    }
    if (nodeStates === undefined || rows.length === 0) return { status: 'skip', summary: 'No policy asks for VFs here' }
    return { status: 'pass', summary: `${rows.length} PFs with policies, none lost to an oversized netlink answer` }
  },
  examples: [
    { name: '8 VFs', facts: { nodeStates: [exampleState()] }, status: 'pass' },
    {
      name: '16 VFs and gone',
      facts: {
        nodeStates: [
          exampleState({
            specs: [exampleSpec('ibp24s0', '0000:18:00.0', 16)],
            pfs: [examplePf('ibp64s0', '0000:40:00.0', 16, 16)],
          }),
        ],
      },
      status: 'fail',
    },
    { name: 'nothing asked', facts: { nodeStates: [exampleState({ specs: [] })] }, status: 'skip' },
  ],
})
