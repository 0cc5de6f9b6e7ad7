import { findingsOf } from '@/collectors/node/dmesg/facts'
import { isMellanox } from '@/collectors/node/lspci/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleExcerpt, exampleLog, exampleNic, examplePci } from '@/lib/examples/host'
import { logEvidence, logSilent, logWords } from '@/lib/rules/log-findings'
import { sh } from '@/lib/shell'

/** A PF without its driver. */
export default check({
  id: 'unbound-driver',
  level: 'drivers',
  title: { pass: 'Every PF is bound to its driver', fail: 'A PF has no driver' },
  why: 'A PF that mlx5_core did not bind has no port, no RDMA device and no VFs, although lspci shows it.',
  refs: [
    'research/host-formats.md §9 (probe failed)',
    'kernel drivers/base/dd.c: "probe with driver … failed with error"',
  ],
  needs: [],
  wants: ['pci', 'dmesg'],
  anyOf: ['pci', 'dmesg'],
  after: ['missing-device'],
  run({ pci, dmesg }) {
    const nics = (pci?.devices ?? []).filter((each) => each.role === 'pf' && isMellanox(each) && !each.lost)
    const bare = nics.filter((each) => each.driver === null && each.unbound === true)
    const failed = dmesg ? findingsOf(dmesg, 'probe-failed').filter((each) => /^mlx5?_?/.test(each.module ?? '')) : []
    // A probe that failed at first and worked later is no fault any more.
    const still = failed.filter((each) => !nics.some((nic) => nic.pci === each.pci && nic.driver !== null))
    const findings = [
      ...bare.map((each): Finding => ({ subject: each.pci, status: 'fail', summary: 'no driver is bound' })),
      ...still
        .filter((each) => !bare.some((nic) => nic.pci === each.pci))
        .map(
          (each): Finding => ({ subject: each.pci ?? each.module ?? 'a NIC', status: 'fail', summary: logWords(each) }),
        ),
    ]
    if (findings.length > 0)
      return {
        status: 'fail',
        summary: `${findings.length}${nics.length > 0 ? ` of ${nics.length}` : ''} PFs: ${findings
          .slice(0, 4)
          .map((each) => `${each.subject} ${each.summary}`)
          .join('; ')}`,
        findings,
        evidence: still.length > 0 ? [logEvidence(still)] : [],
        fix: [
          { text: 'See why the probe failed', command: 'journalctl -k -b | grep mlx5_core', risk: 'none' },
          ...findings.slice(0, 2).map((each) => ({
            text: 'Try to bind it again',
            command: sh`echo ${each.subject} > /sys/bus/pci/drivers/mlx5_core/bind`,
            risk: 'config' as const,
            verify: 'lspci -k names mlx5_core',
          })),
        ],
        reason: 'unbound-driver',
        params: { functions: findings.length },
      }
    if (pci && nics.length === 0) return { status: 'skip', summary: 'No NVIDIA/Mellanox PF on the PCI bus' }
    if (!pci && dmesg) return logSilent(dmesg, 'The kernel log holds no failed probe of mlx5_core')
    if (pci?.complete === false) return lacking('the listing of PCI functions is not whole')
    const open = nics.filter((each) => each.driver === null)
    if (open.length > 0)
      return lacking(`${open.map((each) => each.pci).join(', ')}: the listing shows no drivers (lspci -k does)`)
    return {
      status: 'pass',
      summary: `${nics.length} of ${nics.length} PFs are bound (${[...new Set(nics.map((each) => each.driver))].join(', ')})`,
    }
  },
  examples: [
    { name: 'bound', facts: { pci: examplePci(exampleNic()) }, status: 'pass' },
    { name: 'no driver', facts: { pci: examplePci(exampleNic({ driver: null, unbound: true })) }, status: 'fail' },
    {
      name: 'probe failed',
      facts: { dmesg: exampleLog({ id: 'probe-failed', module: 'mlx5_core', pci: '0000:18:00.0', errno: -12 }) },
      status: 'fail',
    },
    { name: 'lspci without -k', facts: { pci: examplePci(exampleNic({ driver: null })) }, status: 'lacking' },
    { name: 'excerpt', facts: { dmesg: exampleExcerpt() }, status: 'lacking' },
  ],
})
