import { check, type Finding } from '@/lib/check'

const BOOTS = [
  { bootId: 'b1', bootedAt: '2026-11-01T08:00:00Z', firstSeenAt: '2026-11-01T08:05:00Z' },
  { bootId: 'b2', bootedAt: '2026-11-02T08:00:00Z', firstSeenAt: '2026-11-02T08:05:00Z' },
]

/** Boots of the node and what stayed pending over them. */
export default check({
  id: 'reboot-ledger',
  level: 'kernel',
  title: { pass: 'No change waited through a reboot', fail: 'A reboot did not load a firmware change' },
  why: 'A change that is still pending after a reboot proves that this platform does not restart its NICs when the OS reboots: another reboot will not help, a power cycle or a firmware reset will.',
  refs: ['research/host-formats.md §2.2 and §2.3 (boot-vs-write reasoning)', 'CHECKS.md: reboot-ledger'],
  needs: ['bootHistory'],
  after: [],
  run({ bootHistory: { boots, pending } }) {
    const held = pending.filter((each) => each.bootsSince > 0)
    const last = boots.at(-1)
    if (held.length > 0)
      return {
        status: 'warn',
        summary: `${held.length} adapters kept their old VF count through ${Math.max(...held.map((each) => each.bootsSince))} reboots: ${held
          .slice(0, 4)
          .map((each) => `${each.pci} ${each.current} now, ${each.next} at next boot`)
          .join('; ')}`,
        findings: held.map(
          (each): Finding => ({
            subject: each.pci,
            status: 'warn',
            summary: `pending since ${each.since}, ${each.bootsSince} boots ago`,
          }),
        ),
        evidence: [
          {
            kind: 'table',
            title: 'Boots',
            columns: ['Booted', 'First seen'],
            rows: boots.slice(-20).map((each) => ({ cells: [each.bootedAt, each.firstSeenAt] })),
          },
        ],
        fix: [
          {
            text: 'Do not reboot again for this: see pending-vf-count for the reset that this platform needs',
            risk: 'none',
          },
        ],
        reason: 'reboot-did-not-load',
        params: { adapters: held.length },
      }
    if (!last) return { status: 'skip', summary: 'No boot of this node is on record yet' }
    return {
      status: 'pass',
      summary: `${boots.length} boots on record, the last at ${last.bootedAt ?? last.firstSeenAt}; nothing waited through one`,
    }
  },
  examples: [
    { name: 'nothing waited', facts: { bootHistory: { boots: BOOTS, pending: [] } }, status: 'pass' },
    {
      name: 'pending over a reboot',
      facts: {
        bootHistory: {
          boots: BOOTS,
          pending: [
            {
              pci: '0000:18:00.0',
              current: 16,
              next: 8,
              since: '2026-11-01T08:05:00Z',
              bootsSince: 1,
              lastBootAt: '2026-11-02T08:00:00Z',
            },
          ],
        },
      },
      status: 'warn',
    },
    { name: 'new node', facts: { bootHistory: { boots: [], pending: [] } }, status: 'skip' },
  ],
})
