import { check, lacking } from '@/lib/check'
import { daemonLog, showState } from '@/lib/k8s/commands'
import { examplePf, exampleSpec, exampleState } from '@/lib/k8s/examples'
import { fromFindings } from '@/lib/k8s/from-findings'
import { exampleEvent } from '@/lib/k8s/pool-examples'
import { judgeSync } from '@/lib/k8s/sync-state'
import { syncByEvents } from '@/lib/k8s/told-events'

export default check({
  id: 'node-state-not-synced',
  level: 'vfs',
  title: { pass: 'SR-IOV node state in sync', fail: 'SR-IOV node state not in sync' },
  why: 'The SR-IOV operator applies its policies node by node. Until the state is Succeeded with Idle/Idle, VFs are missing or old, and the node may be drained.',
  refs: [
    'k8s-formats §3.1 (state table)',
    'sriov-network-operator pkg/daemon/daemon.go',
    'controllers/drain_controller.go',
  ],
  needs: [],
  wants: ['nodeStates', 'toldEvents', 'sriovOperatorConfigs', 'clock'],
  anyOf: ['nodeStates', 'toldEvents'],
  after: [],
  run({ nodeStates, toldEvents, sriovOperatorConfigs, clock }, { node }) {
    if (nodeStates === undefined) {
      const told = syncByEvents(toldEvents ?? [])
      if (told.length === 0) return { status: 'skip', summary: 'No event tells of the sync of a node state' }
      return fromFindings(told, `${told.length} node state(s) synced, by their last event`, {
        reason: 'node-state-not-synced',
        fix: [
          {
            text: 'Read what the config daemon of this node says',
            command: daemonLog(undefined, told[0]?.subject ?? ''),
            risk: 'none',
          },
        ],
      })
    }
    if (nodeStates.length === 0) return lacking('the SR-IOV operator keeps no state for this node')
    const disableDrain = sriovOperatorConfigs?.some((each) => each.name === 'default' && each.disableDrain) === true
    // Without a clock this is a paste, which may end before the status: the API's own object would be a fault.
    const states = clock === undefined ? nodeStates.filter((state) => state.syncStatus !== null) : nodeStates
    if (states.length === 0)
      return lacking('the node state shows no syncStatus: the daemon has not reported, or the text ends before it')
    const findings = states.map((state) => judgeSync(state, { now: clock?.now, disableDrain }))
    const state = states.find((each) => each.node === findings.find((one) => one.status !== 'pass')?.subject)
    const name = state?.node ?? node ?? ''
    return fromFindings(
      findings,
      `${states.length} SR-IOV node state(s) in sync: syncStatus Succeeded, nothing pending`,
      {
        reason: 'node-state-not-synced',
        params: {
          sync: state?.syncStatus ?? 'none',
          desired: state?.desiredState ?? 'none',
          current: state?.currentState ?? 'none',
        },
        fix: [
          {
            text: 'Read what the config daemon of this node says: its log holds the cause, the node state often does not',
            command: daemonLog(state?.namespace, name),
            risk: 'none',
          },
          {
            text: 'Watch the state until it says Succeeded with Idle',
            command: showState(state?.namespace, name),
            risk: 'none',
          },
        ],
      },
    )
  },
  examples: [
    { name: 'in sync', facts: { nodeStates: [exampleState()] }, status: 'pass' },
    {
      name: 'waits for its turn to drain',
      facts: { nodeStates: [exampleState({ syncStatus: 'InProgress', desiredState: 'Reboot_Required' })] },
      status: 'warn',
    },
    {
      name: 'drained and asked to reboot, firmware still at 16',
      facts: {
        nodeStates: [
          exampleState({
            syncStatus: 'InProgress',
            desiredState: 'Reboot_Required',
            currentState: 'DrainComplete',
            specs: [exampleSpec('ibp24s0', '0000:18:00.0', 8)],
            pfs: [examplePf('ibp24s0', '0000:18:00.0', 16, 0)],
          }),
        ],
      },
      status: 'fail',
    },
    {
      name: 'daemon gave up',
      facts: {
        nodeStates: [exampleState({ syncStatus: 'Failed', lastSyncError: 'NumVfs (8) is larger than TotalVfs (4)' })],
      },
      status: 'fail',
    },
    {
      name: 'applied a minute ago',
      facts: { nodeStates: [exampleState({ syncStatus: 'InProgress' })], clock: { now: '2026-03-02T09:01:00Z' } },
      status: 'warn',
    },
    { name: 'no state', facts: { nodeStates: [] }, status: 'lacking' },
    {
      name: 'only the event',
      facts: {
        toldEvents: [
          exampleEvent('SyncStatusChanged', 'gpu-1', 'Status changed from: InProgress to: Failed. Last Error: x', {
            kind: 'SriovNetworkNodeState',
          }),
        ],
      },
      status: 'fail',
    },
  ],
})
