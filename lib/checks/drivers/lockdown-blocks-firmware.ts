import { findingsOf } from '@/collectors/node/dmesg/facts'
import { check, lacking } from '@/lib/check'
import { exampleNodeState, examplePf, exampleSriov } from '@/lib/examples/functions'
import { exampleExcerpt, exampleKernel, exampleLog } from '@/lib/examples/host'

const LOCKED = exampleKernel({ secureBoot: true, lockdown: 'integrity' })

/** Lockdown is active while a policy needs another VF count than the firmware offers. */
export default check({
  id: 'lockdown-blocks-firmware',
  level: 'drivers',
  title: {
    pass: 'Lockdown blocks no firmware change',
    fail: 'Kernel lockdown blocks a firmware change a policy needs',
  },
  why: 'In lockdown nobody on the node can write NIC configuration: the SR-IOV operator tries for ever and its policy is never applied.',
  refs: [
    'research/k8s-formats.md §2 (mellanox plugin in lockdown)',
    'mstflint issue 416',
    'kernel man kernel_lockdown.7',
  ],
  needs: [],
  wants: ['kernel', 'dmesg', 'nodeStates', 'sriov'],
  anyOf: ['kernel', 'dmesg'],
  after: [],
  run({ kernel, dmesg, nodeStates, sriov }) {
    const mode = kernel?.lockdown ?? null
    const refused = dmesg ? findingsOf(dmesg, 'lockdown-pci-access') : []
    const locked = mode !== null ? mode !== 'none' : dmesg?.lockdown === true || refused.length > 0 ? true : null
    if (locked === false) return { status: 'pass', summary: 'Kernel lockdown is none' }
    if (locked === null && kernel?.secureBoot === false)
      return { status: 'pass', summary: 'Secure Boot is off and no lockdown mode is shown' }
    if (locked === null) return lacking('the lockdown mode was not shown')
    const specs = nodeStates?.length === 1 ? (nodeStates[0]?.specs ?? []) : null
    const needed = (specs ?? []).filter((spec) => {
      const offered = sriov?.pfs.find((pf) => pf.pci === spec.pci)?.totalVfs
      return offered !== undefined && (offered ?? 0) < (spec.numVfs ?? 0)
    })
    const tool = refused[0]?.tool
    const base = `kernel lockdown is ${mode ?? 'active'}${tool ? ` and refused ${tool}` : ''}`
    const fix = [
      {
        text: 'Switch Secure Boot off in the BIOS, change the firmware, and switch it on again',
        risk: 'reboot' as const,
        minutes: 30,
        verify: 'cat /sys/kernel/security/lockdown shows [none]',
      },
      {
        text: 'Or set the VF count from outside (BMC, UEFI device settings) and mark the policies externallyManaged',
        risk: 'config' as const,
      },
    ]
    const params = { mode: mode ?? 'active' }
    if (needed.length > 0)
      return {
        status: 'fail',
        summary: `${needed.length} PFs need more VFs than their firmware offers (${needed
          .slice(0, 3)
          .map((spec) => `${spec.pci} wants ${spec.numVfs}`)
          .join(', ')}), and ${base}`,
        findings: needed.map((spec) => ({
          subject: spec.pci,
          status: 'fail',
          summary: `wants ${spec.numVfs} VFs; firmware cannot be changed`,
        })),
        fix,
        reason: 'lockdown',
        params,
      }
    if (refused.length > 0)
      return {
        status: 'warn',
        summary: `${base}: NIC configuration cannot be read or changed`,
        fix,
        reason: 'lockdown',
        params,
      }
    if (specs === null || !sriov) return lacking(`${base}; whether a policy needs a firmware change is not known`)
    return { status: 'pass', summary: `${base}, but no policy needs another VF count than firmware offers` }
  },
  examples: [
    { name: 'no lockdown', facts: { kernel: exampleKernel() }, status: 'pass' },
    {
      name: 'more VFs wanted',
      facts: { kernel: LOCKED, nodeStates: [exampleNodeState(16)], sriov: exampleSriov(examplePf()) },
      status: 'fail',
    },
    {
      name: 'enough VFs',
      facts: { kernel: LOCKED, nodeStates: [exampleNodeState(8)], sriov: exampleSriov(examplePf()) },
      status: 'pass',
    },
    {
      name: 'a tool was refused',
      facts: { dmesg: exampleLog({ id: 'lockdown-pci-access', severity: 'warn', tool: 'mstconfig' }) },
      status: 'warn',
    },
    { name: 'wants not known', facts: { kernel: LOCKED }, status: 'lacking' },
    { name: 'excerpt', facts: { dmesg: exampleExcerpt() }, status: 'lacking' },
  ],
})
