import type { ConfigDaemonLogFacts, TotalVfsChange } from '@/collectors/cluster/config-daemon-log/parse'
import type { FixStep } from './check'

/** What is wrong on one node by the log of its config daemon. */
export interface DaemonTrouble {
  id: string
  node: string | null
  status: 'fail' | 'warn'
  pci: string | null
  words: string
  line: string
  params: Readonly<Record<string, string | number | boolean>>
}

const MEANING: Readonly<Record<string, string>> = {
  'nv-access-registers':
    'mstconfig could not read the firmware registers (transient if another tool held the device, else a firmware fault)',
  'dpu-mode': 'a policy selects a BlueField in DPU mode, where firmware changes are not supported',
  lockdown: 'kernel lockdown forbids firmware changes',
  'numvfs-above-totalvfs': 'the policy wants more VFs than the firmware allows',
  'externally-managed-too-small':
    'the PF is externally managed and its firmware allows fewer VFs than the policy wants',
  'netlink-message-too-long':
    'the netlink reply of an InfiniBand PF with many VFs is too long: the PF vanishes from the status',
  'pf-status-file': 'a file under /etc/sriov-operator/pci is corrupt',
  'link-type-unsupported': 'the NIC cannot take the wanted link type',
  'sriov-write-refused': 'the kernel refused to create the VFs',
  'sriov-config-failed': 'the VFs could not be made',
  'sync-failed': 'the daemon gave up',
  'vf-driver-refused': 'a VF could not be bound to the driver that the policy wants',
  'mstconfig-failed': 'mstconfig failed',
  'total-vfs-needs-reboot': 'the firmware’s VF count is not the wanted one: it is written and a reboot is wanted',
  'link-type-needs-reboot': 'the firmware’s link type is not the wanted one: it is written and a reboot is wanted',
  'sriov-en-needs-reboot': 'SRIOV_EN of the firmware is not the wanted one: it is written and a reboot is wanted',
  'eswitch-needs-reboot': 'the eswitch parameters of the firmware are not the wanted ones: a reboot is wanted',
  'kernel-args-need-reboot': 'kernel arguments are missing: they are written and a reboot is wanted',
  'rdma-modules': 'the RDMA kernel modules are not loaded',
  'systemd-services': 'the systemd services that configure the VFs are not on the node',
  'device-plugin-restart': 'the device plugin could not be restarted',
  'plugin-error': 'a plugin of the daemon failed',
}

/** Troubles of one daemon, worst first. */
export function daemonTrouble(log: ConfigDaemonLogFacts): DaemonTrouble[] {
  const known = log.findings.map(
    (each): DaemonTrouble => ({
      id: each.id,
      node: log.node,
      status: each.severity === 'fail' ? 'fail' : 'warn',
      pci: each.pci,
      words: `${each.pci ? `${each.pci}: ` : ''}${MEANING[each.id] ?? each.id}${each.count > 1 ? ` (${each.count} times)` : ''}: ${each.text}`,
      line: each.text,
      params: {},
    }),
  )
  const other = log.errors.map(
    (each): DaemonTrouble => ({
      id: 'other-error',
      node: log.node,
      status: 'warn',
      pci: each.pci,
      words: `error of no known kind${each.count > 1 ? ` (${each.count} times)` : ''}: ${each.text}`,
      line: each.text,
      params: {},
    }),
  )
  const all = [...known, ...reboot(log), ...other]
  return all.sort((a, b) => Number(b.status === 'fail') - Number(a.status === 'fail'))
}

/** One request is a step on the way; the same after a reboot says that the reboot did not load the firmware (k8s-formats §2). */
function reboot(log: ConfigDaemonLogFacts): DaemonTrouble[] {
  const last = log.totalVfsChanges[log.totalVfsChanges.length - 1]
  if (last === undefined || log.settled) return []
  const latest = new Map(
    log.totalVfsChanges.filter((each) => each.boot === last.boot).map((each) => [each.pci ?? '', each]),
  )
  const only = latest.size === 1
  return [...latest.values()].map((change): DaemonTrouble => {
    const before = bootsWith(log, change)
    const again = before > 0
    const pci = change.pci ?? (only ? (log.firmwareWrites[log.firmwareWrites.length - 1]?.pci ?? null) : null)
    const words = `firmware runs ${change.current} VFs, policy requests ${change.requested}`
    return {
      id: again ? 'needs-reboot-again' : 'needs-reboot',
      node: log.node,
      status: again ? 'fail' : 'warn',
      pci,
      words: again
        ? `${pci ?? 'NIC'}: ${words}, the same request after ${before === 1 ? '1 reboot' : `${before} reboots`}: a warm reboot does not load the firmware here`
        : `${pci ?? 'NIC'}: ${words}: ${log.reboots.length > 0 ? `first reboot started${log.reboots[0] ? ` at ${log.reboots[0]}` : ''}` : 'a reboot is wanted'}`,
      line: `Changing TotalVfs, needs reboot {"current": ${change.current}, "requested": ${change.requested}}`,
      params: { current: change.current, requested: change.requested },
    }
  })
}

/** Earlier boots in which the same was wanted of the same device: requests within one boot are one request. */
function bootsWith(log: ConfigDaemonLogFacts, change: TotalVfsChange): number {
  const same = log.totalVfsChanges.filter(
    (each) =>
      each.boot < change.boot &&
      each.current === change.current &&
      each.requested === change.requested &&
      (each.pci === change.pci || each.pci === null || change.pci === null),
  )
  return new Set(same.map((each) => each.boot)).size
}

/** What to do, by trouble. */
export const DAEMON_FIXES: Readonly<Record<string, readonly FixStep[]>> = {
  'nv-access-registers': [
    {
      text: 'Run the query once alone on the node, with no other mst or mlxconfig job',
      command: 'mstconfig -d PCI q',
      risk: 'none',
      minutes: 1,
      verify: 'the query prints Current and Next Boot values',
    },
    {
      text: 'If it fails again alone: look at dmesg for the device, then power cycle the node',
      command: 'dmesg | grep mlx5_core',
      risk: 'power-cycle',
      minutes: 20,
    },
  ],
  'needs-reboot': [
    {
      text: 'Wait for the reboot, then compare the Current and Next Boot columns: a warm reboot may not reload the firmware of DGX/HGX NICs',
      command: 'mstconfig -e -d PCI q NUM_OF_VFS',
      risk: 'none',
      verify: 'Current equals the policy',
    },
  ],
  'needs-reboot-again': [
    {
      text: 'Let the operator reset the firmware before it reboots',
      command: `kubectl patch sriovoperatorconfigs.sriovnetwork.openshift.io default -n network-operator --type merge -p '{"spec":{"featureGates":{"mellanoxFirmwareReset":true}}}'`,
      risk: 'reboot',
      minutes: 20,
    },
    {
      text: 'Or power cycle the node once, or set numVfs of the policy to what the firmware runs',
      risk: 'power-cycle',
      minutes: 20,
    },
  ],
  'dpu-mode': [
    {
      text: 'Narrow nicSelector of the policy so that it leaves out the BlueField',
      command: 'kubectl get sriovnetworknodepolicies -A -o yaml',
      risk: 'config',
    },
  ],
  lockdown: [
    {
      text: 'Switch Secure Boot off, or set externallyManaged in the policies and disablePlugins: [mellanox] in SriovOperatorConfig',
      command: 'cat /sys/kernel/security/lockdown',
      risk: 'config',
    },
  ],
  'numvfs-above-totalvfs': [
    {
      text: 'Raise NUM_OF_VFS in firmware and restart it (the mellanox plugin may be disabled), or lower numVfs',
      command: 'mstconfig -e -d PCI q NUM_OF_VFS SRIOV_EN',
      risk: 'config',
    },
  ],
  'netlink-message-too-long': [
    {
      text: 'Use fewer than 16 VFs per InfiniBand PF, or a newer kernel and operator',
      command: 'kubectl get sriovnetworknodepolicies -A -o custom-columns=NAME:.metadata.name,VFS:.spec.numVfs',
      risk: 'config',
    },
  ],
  'pf-status-file': [
    {
      text: 'Delete the corrupt file and restart the daemon pod',
      command: 'ls -l /etc/sriov-operator/pci',
      risk: 'restart-pods',
    },
  ],
}
