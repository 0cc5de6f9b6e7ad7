import { check, lacking } from '@/lib/check'
import { exampleCmdline, exampleKernel } from '@/lib/examples/host'
import type { FleetFacts } from '@/lib/fleet'
import { isolationOf } from '@/lib/rules/cpu-isolation'

const FLEET: FleetFacts = {
  nodes: 8,
  majority: { isolcpus: { value: '4-63', count: 7, of: 8 }, nohzFull: { value: 'none', count: 8, of: 8 } },
  railsDown: [],
  duplicateGuids: [],
}

/** CPUs kept apart on the kernel command line otherwise than on most nodes. */
export default check({
  id: 'cpu-isolation-drift',
  level: 'kernel',
  title: { pass: 'CPU isolation as on most nodes', fail: 'CPU isolation differs from most nodes' },
  why: 'isolcpus and nohz_full decide which CPUs the scheduler leaves to pinned work. One node of a fleet with another set is the straggler that nobody finds: its ranks share CPUs that are free elsewhere.',
  refs: [
    'seed 003 (isolcpus, nohz_full)',
    'kernel Documentation/admin-guide/kernel-parameters.txt',
    'CHECKS.md: cpu-isolation-drift',
  ],
  needs: ['kernel', 'fleet'],
  after: [],
  run({ kernel, fleet }) {
    const have = isolationOf(kernel)
    if (have.isolcpus === null) return lacking('the kernel command line was not read')
    const rows = [
      { what: 'isolcpus', have: have.isolcpus, most: fleet.majority.isolcpus },
      { what: 'nohz_full', have: have.nohzFull, most: fleet.majority.nohzFull },
    ]
    const known = rows.filter(({ most }) => most !== undefined)
    const other = known.filter(({ have, most }) => have !== most?.value)
    if (other.length > 0)
      return {
        status: 'warn',
        summary: other
          .map(({ what, have, most }) => `${what} is ${have}, ${most?.count} of ${most?.of} nodes have ${most?.value}`)
          .join('; '),
        fix: [
          { text: 'See what this node was booted with', command: 'cat /proc/cmdline', risk: 'none' },
          { text: 'Bring the boot parameters in line with the others and reboot', risk: 'reboot', minutes: 15 },
        ],
        reason: 'cpu-isolation-drift',
        params: { what: other.map(({ what }) => what).join(',') },
      }
    if (known.length === 0)
      return {
        status: 'skip',
        summary: `isolcpus ${have.isolcpus}, nohz_full ${have.nohzFull}; fewer than three nodes agree, so there is nothing to compare with`,
      }
    return {
      status: 'pass',
      summary: known
        .map(({ what, have, most }) => `${what} ${have} as on ${most?.count} of ${most?.of} nodes`)
        .join('; '),
    }
  },
  examples: [
    {
      name: 'as the others',
      facts: { kernel: exampleKernel({ cmdline: exampleCmdline({ isolcpus: '4-63' }) }), fleet: FLEET },
      status: 'pass',
    },
    {
      name: 'none here',
      facts: { kernel: exampleKernel({ cmdline: exampleCmdline() }), fleet: FLEET },
      status: 'warn',
    },
    {
      name: 'ticks as nowhere else',
      facts: {
        kernel: exampleKernel({ cmdline: exampleCmdline({ isolcpus: '4-63', nohzFull: '4-63' }) }),
        fleet: FLEET,
      },
      status: 'warn',
    },
    {
      name: 'alone',
      facts: { kernel: exampleKernel({ cmdline: exampleCmdline() }), fleet: { ...FLEET, majority: {} } },
      status: 'skip',
    },
    { name: 'not read', facts: { kernel: exampleKernel(), fleet: FLEET }, status: 'lacking' },
  ],
})
