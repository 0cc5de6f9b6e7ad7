import { check, type Finding } from '@/lib/check'
import { daemonLog } from '@/lib/k8s/commands'
import { examplePf, exampleSpec, exampleState } from '@/lib/k8s/examples'
import { fromFindings } from '@/lib/k8s/from-findings'
import { exampleEvent } from '@/lib/k8s/pool-examples'
import { loops } from '@/lib/k8s/reboots'

export default check({
  id: 'reboot-loop',
  level: 'vfs',
  title: {
    pass: 'The SR-IOV operator does not reboot in a loop',
    fail: 'The SR-IOV operator reboots the node in a loop',
  },
  why: 'The operator knows only the current firmware value and reboots warmly until it equals the policy. Where a warm reboot does not restart the NIC firmware (DGX, HGX, external BMC, BlueField) it would reboot for ever.',
  refs: [
    'k8s-formats §2, §1 SRIOV-7',
    'sriov-network-operator pull 449',
    'network-operator-docs docs/nic-conf-operator/nic-fw-configuration.rst',
  ],
  needs: [],
  wants: ['events', 'configDaemonLog', 'nodeStates'],
  anyOf: ['events', 'configDaemonLog'],
  after: [],
  run({ events, configDaemonLog, nodeStates }) {
    const seen = loops({ events, logs: configDaemonLog, states: nodeStates })
    if (seen.length === 0) return { status: 'skip', summary: 'No reboot by the SR-IOV operator was seen' }
    const findings = seen.map(({ node, reboots, change, wants }): Finding => {
      const name = node ?? 'the node'
      const pair = change ? `current ${change.current}, requested ${change.requested}` : 'the same request'
      const loop = reboots >= 2 && wants !== false
      return {
        subject: name,
        status: loop ? 'fail' : 'pass',
        summary: loop
          ? `${name}: the operator asked for ${reboots} reboots and still wants one (${pair}): a warm reboot does not load the firmware value`
          : `${name}: ${reboots} reboot(s) by the operator${wants === false ? ', none is wanted now' : `, the first for ${pair}`}`,
      }
    })
    const first = seen.find((each) =>
      findings.some((one) => one.status === 'fail' && one.subject === (each.node ?? 'the node')),
    )
    return fromFindings(
      findings,
      findings
        .map((each) => each.summary)
        .slice(0, 2)
        .join('; '),
      {
        reason: 'reboot-loop',
        params: { current: first?.change?.current ?? -1, requested: first?.change?.requested ?? -1 },
        fix: [
          {
            text: 'Let the operator reset the firmware before it reboots (feature gate mellanoxFirmwareReset), or power cycle the node once through its BMC',
            command: `kubectl patch sriovoperatorconfigs.sriovnetwork.openshift.io default -n network-operator --type merge -p '{"spec":{"featureGates":{"mellanoxFirmwareReset":true}}}'`,
            risk: 'reboot',
            verify: 'mstconfig shows Current equal to Next Boot, and the state says Succeeded',
          },
          {
            text: `Without downtime: set numVfs of the policy to the firmware’s ${first?.change?.current ?? 'current'} value`,
            risk: 'config',
          },
          { text: 'See the requests in the log', command: daemonLog(null, first?.node ?? ''), risk: 'none' },
        ],
      },
    )
  },
  examples: [
    {
      name: 'rebooted once, in sync now',
      facts: { events: [reboot(1)], nodeStates: [exampleState()] },
      status: 'pass',
    },
    { name: 'three reboots and another wanted', facts: { events: [reboot(3)], nodeStates: [stuck()] }, status: 'fail' },
    { name: 'first attempt', facts: { events: [reboot(1)], nodeStates: [stuck()] }, status: 'pass' },
    { name: 'nothing seen', facts: { events: [] }, status: 'skip' },
  ],
})

function reboot(count: number) {
  return exampleEvent('RebootNode', 'dgx030', 'Reboot node has been initiated', {
    kind: 'SriovNetworkNodeState',
    node: 'dgx030',
    count,
  })
}

function stuck() {
  return exampleState({
    syncStatus: 'InProgress',
    desiredState: 'Reboot_Required',
    currentState: 'DrainComplete',
    specs: [exampleSpec('ibp24s0', '0000:18:00.0', 8)],
    pfs: [examplePf('ibp24s0', '0000:18:00.0', 16, 0)],
  })
}
