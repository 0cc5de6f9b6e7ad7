import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms, WITHOUT_VFS } from '@/lib/rules/explained'

const EXPLAINS = ['config-daemon-error', 'firmware-tool-contention', ...WITHOUT_VFS] as const

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
    return {
      summary: `The SR-IOV operator creates no VFs because its mstconfig cannot access the NV registers (${daemon.summary}): stop other firmware tools, then ask the adapter alone`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(daemon, [
        {
          text: 'Run mstconfig -d PCI -e q on the node, alone; power cycle the node if it fails there too',
          risk: 'none',
        },
      ]),
      params: { reason: 'nv-access-registers' },
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
