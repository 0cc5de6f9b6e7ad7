import { cause } from '@/lib/cause'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'config-daemon-error',
  'silent-daemon-error',
  'node-state-not-synced',
  'missing-vfs',
  'vf-count-below-policy',
  'pending-vf-count',
] as const

/** Kernel lockdown keeps the operator from changing firmware. */
export default cause({
  id: 'kernel-lockdown',
  title: 'Kernel lockdown forbids firmware changes',
  level: 'kernel',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 90,
  why: 'With Secure Boot the kernel may run in lockdown: tools cannot write NIC registers, so the operator can never set the VF count and stays InProgress with an empty error. Nothing changes by rebooting.',
  refs: ['k8s-formats §2, §3.2'],
  match({ verdicts }) {
    const daemon = failing(verdicts, 'config-daemon-error')
    const blocked = failing(verdicts, 'lockdown-blocks-firmware')
    const source = blocked ?? (daemon?.reason === 'lockdown' ? daemon : null)
    if (source === null) return null
    return {
      summary: `The operator cannot change NIC firmware because kernel lockdown is active (${source.summary}): switch Secure Boot off or manage the VFs externally`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: [
        {
          text: 'Switch Secure Boot off in the BIOS',
          risk: 'reboot',
          minutes: 20,
          verify: 'cat /sys/kernel/security/lockdown shows [none]',
        },
        {
          text: 'Or set externallyManaged in the policies and disablePlugins: [mellanox] in SriovOperatorConfig',
          command: 'kubectl get sriovoperatorconfigs -A',
          risk: 'config',
        },
      ],
      params: {},
    }
  },
  examples: [
    {
      name: 'by the daemon log',
      verdicts: [failed('config-daemon-error', 'operators', 'lockdown mode', { reason: 'lockdown' })],
      matches: true,
    },
    {
      name: 'another error',
      verdicts: [failed('config-daemon-error', 'operators', 'x', { reason: 'nv-access-registers' })],
      matches: false,
    },
    { name: 'fine', verdicts: [passed('config-daemon-error', 'operators')], matches: false },
  ],
})
