import { cause } from '@/lib/cause'
import { operatorRelease } from '@/lib/operator-release'
import { failed, faulty, stepsOf, symptoms, WITHOUT_VFS } from '@/lib/rules/explained'

const EXPLAINS = ['config-daemon-error', 'firmware-tool-contention', ...WITHOUT_VFS] as const

const ALONE = {
  text: 'Run mstconfig -d PCI -e q on the node, alone; power cycle the node if it fails there too',
  risk: 'none',
} as const
const UPGRADE = {
  text: 'Upgrade the network operator and its SR-IOV operator: the daemon of release 24.7 fails here, 25.7 writes the values',
  command: 'helm upgrade network-operator nvidia/network-operator -n network-operator --version 25.7.0 --reuse-values',
  risk: 'restart-pods',
  minutes: 10,
  verify: 'The daemon logs the values it writes instead of "NV access registers"; then the node asks for a reset',
} as const

/** mstconfig in the SR-IOV config daemon cannot reach the NV registers. */
export default cause({
  id: 'firmware-tool-blocked-in-operator',
  title: 'The SR-IOV operator cannot read NIC firmware',
  level: 'operators',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 88,
  why: 'The config daemon asks the adapter through mstconfig. When its NV registers do not answer (another tool holds them, the container lacks access, or the adapter is at fault) the daemon gives up before it creates VFs, and the node state shows no error.',
  refs: ['seed 000 (release 24.7.0)', 'research/k8s-formats.md §3.2', 'research/host-formats.md §1.7'],
  match(input) {
    const daemon = faulty(input, 'config-daemon-error')
    const log =
      input.facts.configDaemonLog?.some((each) =>
        each.findings.some((finding) => finding.id === 'nv-access-registers'),
      ) ?? false
    if (!daemon || (daemon.reason !== 'nv-access-registers' && !log)) return null
    const cards = input.facts.nicFirmware?.devices.length ?? 0
    const isOurs = cards > 0 && input.facts.nicFirmware?.unread.length === 0
    const release = operatorRelease(input.facts.deployments)
    return {
      summary: isOurs
        ? `The SR-IOV operator creates no VFs because its mstconfig cannot access the NV registers, although the same query on the node reads all ${cards} adapters: the fault is in the operator's container${release ? ` (release ${release.version})` : ''}: upgrade the operators`
        : 'The SR-IOV operator creates no VFs because its mstconfig cannot access the NV registers of the adapters: stop other firmware tools, then ask the adapter alone',
      explains: symptoms(input, EXPLAINS),
      fix: isOurs ? [UPGRADE, ...stepsOf(daemon, [ALONE])] : stepsOf(daemon, [ALONE]),
      params: { reason: 'nv-access-registers', isOurs },
    }
  },
  examples: [
    {
      name: 'the daemon says so',
      verdicts: [
        failed('config-daemon-error', 'operators', '0000:c0:00.0: mstconfig could not read the firmware registers', {
          reason: 'nv-access-registers',
        }),
        failed('missing-vfs', 'vfs', 'sriov_numvfs is 0'),
      ],
      matches: true,
    },
    {
      name: 'another error',
      verdicts: [failed('config-daemon-error', 'operators', 'lockdown', { reason: 'lockdown' })],
      matches: false,
    },
  ],
})
