import { findingsOf, type LogFinding } from '@/collectors/node/dmesg/facts'
import { check } from '@/lib/check'
import { exampleExcerpt, exampleLog } from '@/lib/examples/host'
import { logSilent, logVerdict } from '@/lib/rules/log-findings'

/** The card or its firmware reports a fault. The 27 W line is printed on every healthy ConnectX-7 boot and is no fault. */
export default check({
  id: 'nic-health',
  level: 'drivers',
  title: { pass: 'Adapters report no fault', fail: 'An adapter reports a fault' },
  why: 'A firmware that crashed, overheats or no longer answers commands takes its rail with it, often before the port goes down. "Detected insufficient power on the PCIe slot (27W)" is harmless.',
  refs: [
    'research/host-formats.md §9 (table) and §16.7',
    'research/peers.md §1.5 (journal patterns)',
    'kernel drivers/net/ethernet/mellanox/mlx5/core/health.c',
  ],
  needs: ['dmesg'],
  after: [],
  run({ dmesg }) {
    const faults = findingsOf(
      dmesg,
      'fw-internal-error',
      'fw-health',
      'fw-health-compromised',
      'fw-not-initialising',
      'recovery-aborted',
      'nic-temperature',
      'module-error',
      'cmd-timeout',
      'netdev-watchdog',
    ).filter((each) => each.id !== 'netdev-watchdog' || each.pci !== undefined || /\(mlx[45]_core\)/.test(each.line))
    const dead = dmesg.devices
      .filter((each) => each.dead)
      .map(
        (each): LogFinding => ({
          id: 'fw-health',
          severity: 'fail',
          count: 1,
          firstAt: null,
          pci: each.pci,
          reason: 'firmware version 65535.65535.65535: it reads all ones',
          line: `mlx5_core ${each.pci}: firmware version: 65535.65535.65535`,
        }),
      )
    const all = [...faults, ...dead]
    if (all.length === 0) return logSilent(dmesg, 'The kernel log holds no fault of an adapter')
    const severe = all.some((each) => each.severity === 'fail')
    const hot = all.some((each) => each.id === 'nic-temperature' || /temperature/i.test(each.reason ?? ''))
    const power = all.some((each) => /power/i.test(each.reason ?? ''))
    return logVerdict(all, severe ? 'fail' : 'warn', 'nic-health', [
      ...(hot
        ? [
            {
              text: 'Check airflow, fans and the transceiver’s temperature',
              command: 'mlxlink -d PCI -m',
              risk: 'none' as const,
            },
          ]
        : []),
      ...(power
        ? [{ text: 'Check the power of the slot and the power class of the transceiver', risk: 'none' as const }]
        : []),
      {
        text: 'Drain the node and power it off and on: a firmware that crashed needs a cold start',
        risk: 'power-cycle',
        minutes: 15,
        verify: 'no new fault is logged',
      },
      { text: 'If it comes back: collect mstdump and firmware version, and open a case with the vendor', risk: 'none' },
    ])
  },
  examples: [
    { name: 'quiet', facts: { dmesg: exampleLog() }, status: 'pass' },
    {
      name: 'firmware crashed',
      facts: {
        dmesg: exampleLog({ id: 'fw-internal-error', pci: '0000:73:00.0', syndrome: '0x1', extSyndrome: '0x035e' }),
      },
      status: 'fail',
    },
    {
      name: 'watchdog of another NIC',
      facts: {
        dmesg: exampleLog({
          id: 'netdev-watchdog',
          netdev: 'eno1',
          line: 'NETDEV WATCHDOG: eno1 (igb): transmit queue 1 timed out',
        }),
      },
      status: 'pass',
    },
    { name: 'excerpt', facts: { dmesg: exampleExcerpt() }, status: 'lacking' },
  ],
})
