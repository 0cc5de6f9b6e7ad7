import type { ConfigDaemonLogFacts } from '@/collectors/cluster/config-daemon-log/parse'
import { check, lacking } from '@/lib/check'
import { DAEMON_FIXES, type DaemonTrouble, daemonTrouble } from '@/lib/daemon-trouble'
import { aDaemonLog } from '@/lib/examples/logs'
import { sh } from '@/lib/shell'

const REGISTERS = {
  id: 'nv-access-registers',
  severity: 'fail',
  count: 3,
  firstAt: null,
  lastAt: null,
  pci: '0000:c0:00.0',
  text: 'mellanox-plugin getMlnxNicFwData(): failed: exit status 3',
} as const
const CHANGE = { at: null, current: 16, requested: 8, pci: '0000:18:00.0', boot: 0 }

/** Known error lines of the SR-IOV config daemon: from 25.4 on the node state does not carry them. */
export default check({
  id: 'config-daemon-error',
  level: 'operators',
  title: { pass: 'SR-IOV config daemon reports no error', fail: 'SR-IOV config daemon reports an error' },
  why: 'From release 25.4 on an error of the daemon leaves the node InProgress for ever with an empty lastSyncError. The only place that names the cause is the log of the daemon on that node.',
  refs: ['k8s-formats §0.4, §3.2', 'k8snetworkplumbingwg/sriov-network-operator pkg/daemon, pkg/plugins/mellanox'],
  needs: ['configDaemonLog'],
  after: [],
  run({ configDaemonLog }) {
    if (configDaemonLog.length === 0) return { status: 'skip', summary: 'No log of a config daemon was read' }
    const troubles = configDaemonLog.flatMap(daemonTrouble)
    if (troubles.length === 0) {
      if (configDaemonLog.some((each) => each.complete === false)) return lacking('the log ends within an error line')
      const settled = configDaemonLog.filter((each) => each.settled).length
      return {
        status: 'pass',
        summary: `${configDaemonLog.length} config daemon logs hold no known error${settled > 0 ? '; nothing to change' : ''}`,
      }
    }
    const [first] = troubles
    return {
      status: troubles.some((each) => each.status === 'fail') ? 'fail' : 'warn',
      summary: troubles
        .slice(0, 4)
        .map((each) => `${each.node ?? 'this node'}: ${each.words}`)
        .join('; '),
      findings: troubles.map((each) => ({
        subject: each.pci ?? each.node ?? 'config daemon',
        status: each.status,
        summary: each.words,
      })),
      evidence: [
        {
          kind: 'lines',
          title: 'Lines that decided',
          source: 'log of sriov-network-config-daemon',
          lines: troubles.map((each) => ({ text: each.line, mark: true })),
        },
      ],
      fix: troubles.slice(0, 3).flatMap((each) => DAEMON_FIXES[each.id] ?? [look(each, configDaemonLog)]),
      reason: first?.id ?? 'error',
      params: first?.params ?? {},
    }
  },
  examples: [
    { name: 'nothing to change', facts: { configDaemonLog: [aDaemonLog({ settled: true })] }, status: 'pass' },
    {
      name: 'register access refused',
      facts: { configDaemonLog: [aDaemonLog({ findings: [REGISTERS] })] },
      status: 'fail',
    },
    {
      name: 'first reboot request',
      facts: { configDaemonLog: [aDaemonLog({ totalVfsChanges: [CHANGE] })] },
      status: 'warn',
    },
    {
      name: 'the same request after a reboot',
      facts: { configDaemonLog: [aDaemonLog({ totalVfsChanges: [CHANGE, { ...CHANGE, boot: 1 }], reboots: [null] })] },
      status: 'fail',
    },
    {
      name: 'the same request twice before the reboot',
      facts: { configDaemonLog: [aDaemonLog({ totalVfsChanges: [CHANGE, CHANGE], reboots: [null] })] },
      status: 'warn',
    },
    {
      name: 'unknown error',
      facts: { configDaemonLog: [aDaemonLog({ errors: [{ ...REGISTERS, id: 'x', severity: 'warn', pci: null }] })] },
      status: 'warn',
    },
    { name: 'no log', facts: { configDaemonLog: [] }, status: 'skip' },
  ],
})

function look(trouble: DaemonTrouble, logs: readonly ConfigDaemonLogFacts[]) {
  const node = trouble.node ?? logs[0]?.node ?? 'NODE'
  return {
    text: 'Read the whole log of this pod (kubectl logs, and --previous after a reboot)',
    command: sh`kubectl get pods -A -l app=sriov-network-config-daemon --field-selector ${`spec.nodeName=${node}`} -o wide`,
    risk: 'none' as const,
  }
}
