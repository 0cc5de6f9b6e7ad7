import { check, type Finding, lacking } from '@/lib/check'
import { minutesBetween } from '@/lib/k8s/age'
import { daemonLog } from '@/lib/k8s/commands'
import { exampleState } from '@/lib/k8s/examples'
import { fromFindings } from '@/lib/k8s/from-findings'
import { missingWords } from '@/lib/k8s/state-words'

/** k8s-formats §1 SRIOV-1: InProgress for longer than this with Idle/Idle is an error, not work. */
const APPLY_MIN = 15

export default check({
  id: 'silent-daemon-error',
  level: 'vfs',
  title: { pass: 'Config daemon reports its work', fail: 'Config daemon failed without saying why' },
  why: 'From release 25.4 on, an error of a plug-in ends the daemon’s pass before any annotation or lastSyncError is written: the state stays InProgress with Idle/Idle for ever, and only the daemon’s log holds the cause.',
  refs: ['k8s-formats §0.4, §3.1, §3.2', 'sriov-network-operator network-operator-v25.7.0 pkg/daemon/daemon.go'],
  needs: ['nodeStates'],
  wants: ['sriovOperatorConfigs', 'clock'],
  after: [],
  run({ nodeStates, sriovOperatorConfigs, clock }) {
    if (nodeStates.length === 0) return lacking('the SR-IOV operator keeps no state for this node')
    const noDrain = sriovOperatorConfigs?.some((each) => each.name === 'default' && each.disableDrain) === true
    if (nodeStates.every((state) => state.syncStatus === null)) return lacking('no node state shows a syncStatus')
    const findings = nodeStates.map((state): Finding => {
      const pair = `${state.desiredState ?? 'not set'}/${state.currentState ?? 'not set'}`
      const silent = state.syncStatus === 'InProgress' && pair === 'Idle/Idle' && state.lastSyncError === null
      if (!silent)
        return {
          subject: state.node,
          status: 'pass',
          summary: `${state.node}: ${state.syncStatus ?? 'no status'}, ${pair}`,
        }
      const minutes = minutesBetween(state.changedAt, clock?.now)
      const young = noDrain || (minutes !== null && minutes < APPLY_MIN)
      const missing = missingWords(state)
      return {
        subject: state.node,
        status: young ? 'warn' : 'fail',
        summary: `${state.node}: InProgress with ${pair} and no lastSyncError${missing ? `; ${missing}` : ''}: the cause stands only in the config daemon's log`,
      }
    })
    const first = nodeStates.find((state) =>
      findings.some((each) => each.status !== 'pass' && each.subject === state.node),
    )
    return fromFindings(
      findings,
      `${nodeStates.length} node state(s): none is InProgress without drain and without an error`,
      {
        reason: 'silent-daemon-error',
        fix: [
          {
            text: 'Read the log of this node’s config daemon for “OnNodeStateChange plugin error” or “plugin Apply failed”',
            command: daemonLog(first?.namespace, first?.node ?? ''),
            risk: 'none',
          },
        ],
      },
    )
  },
  examples: [
    { name: 'in sync', facts: { nodeStates: [exampleState()] }, status: 'pass' },
    { name: 'silent for hours', facts: { nodeStates: [exampleState({ syncStatus: 'InProgress' })] }, status: 'fail' },
    {
      name: 'a minute old',
      facts: { nodeStates: [exampleState({ syncStatus: 'InProgress' })], clock: { now: '2026-03-02T09:01:00Z' } },
      status: 'warn',
    },
    {
      name: 'waits for a drain slot',
      facts: { nodeStates: [exampleState({ syncStatus: 'InProgress', desiredState: 'Drain_Required' })] },
      status: 'pass',
    },
  ],
})
