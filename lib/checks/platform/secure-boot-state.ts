import { check, lacking } from '@/lib/check'
import { exampleExcerpt, exampleKernel, exampleLog } from '@/lib/examples/host'

/** Secure Boot and kernel lockdown: a state, and what it forbids. */
export default check({
  id: 'secure-boot-state',
  level: 'platform',
  title: { pass: 'Firmware tools may reach the NICs', fail: 'Kernel lockdown keeps firmware tools from the NICs' },
  why: 'With Secure Boot many kernels start locked down: direct PCI access is forbidden, so mstconfig and the operators’ firmware steps cannot work. The data path is not affected.',
  refs: ['kernel security/lockdown', 'research/host-formats.md §3 (errors), §9'],
  needs: [],
  wants: ['kernel', 'dmesg'],
  anyOf: ['kernel', 'dmesg'],
  after: [],
  run({ kernel, dmesg }) {
    const secure = kernel?.secureBoot ?? dmesg?.secureBoot ?? null
    const mode = kernel?.lockdown ?? null
    const locked = mode !== null ? mode !== 'none' : (dmesg?.lockdown ?? null)
    const words = `Secure Boot is ${secure === null ? 'not known' : secure ? 'on' : 'off'}, kernel lockdown ${mode ?? (locked ? 'active' : 'not shown')}`
    if (locked === true)
      return {
        status: 'warn',
        summary: `${words}: mstconfig and operators cannot read or change NIC firmware here`,
        fix: [
          {
            text: 'Only where firmware must be changed: switch Secure Boot off in the BIOS',
            risk: 'reboot',
            minutes: 20,
            verify: 'cat /sys/kernel/security/lockdown shows [none]',
          },
        ],
        reason: 'lockdown',
        params: { mode: mode ?? 'active' },
      }
    if (locked === false || secure === false) return { status: 'pass', summary: words }
    return lacking(
      secure === true
        ? 'Secure Boot is on, but the lockdown mode was not shown'
        : 'neither Secure Boot nor lockdown was shown',
    )
  },
  examples: [
    { name: 'off', facts: { kernel: exampleKernel() }, status: 'pass' },
    { name: 'lockdown', facts: { kernel: exampleKernel({ secureBoot: true, lockdown: 'integrity' }) }, status: 'warn' },
    {
      name: 'Secure Boot disabled, by the log',
      facts: { dmesg: { ...exampleLog(), secureBoot: false } },
      status: 'pass',
    },
    {
      name: 'mokutil alone',
      facts: { kernel: exampleKernel({ secureBoot: true, lockdown: null }) },
      status: 'lacking',
    },
    { name: 'nothing', facts: { dmesg: exampleExcerpt() }, status: 'lacking' },
  ],
})
