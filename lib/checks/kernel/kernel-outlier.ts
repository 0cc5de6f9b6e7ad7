import { check, lacking } from '@/lib/check'
import type { FleetFacts } from '@/lib/fleet'

const HOST = {
  vendor: 'NVIDIA',
  product: 'DGXB200',
  bootId: null,
  machineId: null,
  kernel: '6.8.0-1030-nvidia',
  os: 'Ubuntu 24.04.2 LTS',
  uptimeSec: null,
  bootedAt: null,
}
const FLEET: FleetFacts = {
  nodes: 8,
  majority: { kernel: { value: '6.8.0-1030-nvidia', count: 7, of: 8 } },
  railsDown: [],
  duplicateGuids: [],
}

/** A kernel or OS image other than most nodes run. */
export default check({
  id: 'kernel-outlier',
  level: 'kernel',
  title: { pass: 'Kernel and OS as on most nodes', fail: 'Kernel or OS differs from most nodes' },
  why: 'Drivers are built per kernel. The one node that was upgraded (or not) is where the driver does not load, and where a comparison with its neighbours misleads.',
  refs: ['research/peers.md §5 (fleet outliers)', 'CHECKS.md: kernel-outlier'],
  needs: ['host', 'fleet'],
  after: [],
  run({ host, fleet }) {
    const rows = [
      { what: 'kernel', have: host.kernel, most: fleet.majority.kernel },
      { what: 'OS', have: host.os, most: fleet.majority.osImage },
    ]
    const known = rows.filter(({ have, most }) => have !== null && most !== undefined)
    const other = known.filter(({ have, most }) => have !== most?.value)
    if (other.length > 0)
      return {
        status: 'warn',
        summary: other
          .map(({ what, have, most }) => `${what} is ${have}, ${most?.count} of ${most?.of} nodes have ${most?.value}`)
          .join('; '),
        fix: [
          { text: 'Bring the node to the release of the others, or finish the roll-out', risk: 'reboot', minutes: 30 },
        ],
        reason: 'kernel-outlier',
        params: { what: other.map(({ what }) => what).join(','), have: String(other[0]?.have ?? '') },
      }
    if (host.kernel === null) return lacking('the kernel release was not read')
    if (known.length === 0)
      return {
        status: 'skip',
        summary: `Kernel ${host.kernel}; fewer than three nodes agree on one, so there is nothing to compare with`,
      }
    return {
      status: 'pass',
      summary: known
        .map(({ what, have, most }) => `${what} ${have} as on ${most?.count} of ${most?.of} nodes`)
        .join('; '),
    }
  },
  examples: [
    { name: 'as the others', facts: { host: HOST, fleet: FLEET }, status: 'pass' },
    { name: 'older', facts: { host: { ...HOST, kernel: '5.15.0-1053-nvidia' }, fleet: FLEET }, status: 'warn' },
    { name: 'alone', facts: { host: HOST, fleet: { ...FLEET, majority: {} } }, status: 'skip' },
  ],
})
