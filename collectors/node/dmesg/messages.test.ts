import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { explain } from '@/lib/explain/explain'
import { knowledge } from '@/lib/explain/knowledge'
import { readFacts } from '@/scripts/cut-test'
import format from './format'

/** Findings of messages as the kernel prints them, without the first message. */
function findings(...messages: readonly string[]) {
  const text = `${messages.map((message, at) => `[${at}.5] ${message}`).join('\n')}\n`
  return readFacts(format, text).findings.map(({ line: _, firstAt: _at, ...finding }) => finding)
}

const NIC = 'mlx5_core 0000:06:00.0'
const nic = { pci: '0000:06:00.0', count: 1 }

describe('messages of kernels 3.10 to 6.12 and of OFED', () => {
  test.each([
    [
      'a command that nobody waits for (5.10)',
      `${NIC}: cb_timeout_handler:886:(pid 11): cmd[2]: QUERY_VPORT_COUNTER(0x770) Async, timeout. Will cause a leak of a command resource`,
      { id: 'cmd-timeout', severity: 'fail', command: 'QUERY_VPORT_COUNTER' },
    ],
    [
      'a command that never got a slot',
      `${NIC}: wait_func:1162:(pid 11): QUERY_HCA_CAP(0x100) canceled on out of queue timeout.`,
      { id: 'cmd-timeout', severity: 'fail', command: 'QUERY_HCA_CAP' },
    ],
    [
      'no errno before 5.17',
      `${NIC}: mlx5_cmd_check:810:(pid 6): CREATE_MKEY(0x200) op_mod(0x0) failed, status limits exceeded(0x8), syndrome (0x59c8a4)`,
      { id: 'cmd-failed', severity: 'warn', command: 'CREATE_MKEY', reason: 'limits exceeded', syndrome: '0x59c8a4' },
    ],
    [
      'a status with brackets',
      `${NIC}: mlx5_cmd_out_err:808:(pid 6): MODIFY_QP(0x503) op_mod(0x0) failed, status bad packet (discarded)(0x30), syndrome (0x5d60c3), err(-22)`,
      {
        id: 'cmd-failed',
        severity: 'warn',
        command: 'MODIFY_QP',
        reason: 'bad packet (discarded)',
        syndrome: '0x5d60c3',
        errno: -22,
      },
    ],
    [
      'a register a tool asked for',
      `${NIC}: mlx5_cmd_out_err:834:(pid 6): ACCESS_REG(0x805) op_mod(0x1) failed, status bad operation(0x2), syndrome (0x305684), err(-22)`,
      {
        id: 'cmd-failed',
        severity: 'info',
        command: 'ACCESS_REG',
        reason: 'bad operation',
        syndrome: '0x305684',
        errno: -22,
      },
    ],
    ['before 4.17', `${NIC}: device's health compromised`, { id: 'fw-health-compromised', severity: 'fail' }],
    [
      'all ones (5.15)',
      `${NIC}: print_health_info:433:(pid 0): PCI slot is unavailable`,
      { id: 'fw-health', severity: 'fail', reason: 'PCI slot is unavailable' },
    ],
    [
      'another state (6.13)',
      `${NIC}: wait_fw_init:210:(pid 1): Firmware over 120000 MS in initializing state, aborting`,
      { id: 'fw-not-initialising', severity: 'fail' },
    ],
    [
      'PCI offline',
      `${NIC}: mlx5_health_try_recover:338:(pid 1016): health recovery flow aborted, PCI channel offline`,
      { id: 'recovery-aborted', severity: 'fail' },
    ],
    [
      'temperature with names (6.14)',
      `${NIC}: temp_warn:190:(pid 0): High temperature on sensors with bit set 0x1 0x8000000000000001.`,
      { id: 'nic-temperature', severity: 'fail' },
    ],
    [
      '6.8 and later',
      `${NIC}: probe with driver mlx5_core failed with error -110`,
      { id: 'probe-failed', severity: 'fail', module: 'mlx5_core', errno: -110 },
    ],
  ])('%s', (_, message, want) => expect(findings(message)).toEqual([{ ...want, ...nic }]))

  test.each([
    [
      'a queue that hangs, to 6.7',
      'NETDEV WATCHDOG: ens1np0 (mlx5_core): transmit queue 3 timed out 5123 ms',
      { id: 'netdev-watchdog', netdev: 'ens1np0' },
    ],
    [
      'a part of a function',
      'mlx5_ib.rdma mlx5_core.rdma.3: probe with driver mlx5_ib.rdma failed with error -12',
      { id: 'probe-failed', module: 'mlx5_ib', errno: -12 },
    ],
    [
      'its older form',
      'mlx5_ib.rdma: probe of mlx5_core.rdma.2 failed with error -12',
      { id: 'probe-failed', module: 'mlx5_ib', errno: -12 },
    ],
    [
      'an Xid without PCI: (before 346)',
      'NVRM: Xid (0000:03:00): 79, GPU has fallen off the bus.',
      { id: 'gpu-xid', severity: 'fail', pci: '0000:03:00.0' },
    ],
    [
      'an Xid of a MIG instance',
      "NVRM: Xid (PCI:0000:4e:00 GPU-I:05): 94, pid='<unknown>', name=<unknown>, Contained: SM (0x1)",
      { id: 'gpu-xid', severity: 'warn', pci: '0000:4e:00.0', reason: 'Contained: SM (0x1)' },
    ],
    [
      'a program’s error',
      'NVRM: Xid (PCI:0000:05:00): 13, pid=2231, name=python3, Graphics SM Warp Exception on (GPC 0)',
      { severity: 'warn' },
    ],
    [
      'a fatal NVLink 5 error',
      'NVRM: Xid (PCI:0008:01:00): 149, NETIR_LINK_EVT  Fatal   XC0 i0 Link 01 (0x021425c6)',
      { severity: 'fail', pci: '0008:01:00.0' },
    ],
    [
      'one that is not',
      'NVRM: Xid (PCI:0009:01:00): 149, NETIR_BER_EVENT Nonfatal XC0 i0 Link 01 (0x00082226)',
      { severity: 'warn' },
    ],
    [
      'a reset is needed',
      'NVRM: Xid (PCI:0008:01:00): 154, GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)',
      { severity: 'fail' },
    ],
    [
      'nothing is needed any more',
      'NVRM: Xid (PCI:0008:01:00): 154, GPU recovery action changed from 0x1 (GPU Reset Required) to 0x0 (None)',
      { severity: 'info' },
    ],
  ])('%s', (_, message, want) => expect(findings(message)).toMatchObject([want]))

  test('PCIe bandwidth as kernel 5.4 prints it, and lockdown as RHEL 8 does', () => {
    const old = `${NIC}: 63.008 Gb/s available PCIe bandwidth, limited by 8 GT/s x8 link at 0000:00:03.0 (capable of 126.016 Gb/s with 8 GT/s x16 link)`
    expect(findings(old)).toEqual([{ id: 'pcie-bandwidth-limited', severity: 'warn', ...nic }])
    expect(
      readFacts(
        format,
        `[1.0] ${old}\n[1.1] mlx5_core 0000:07:00.0: 126.016 Gb/s available PCIe bandwidth (8 GT/s x16 link)\n`,
      ).devices,
    ).toMatchObject([
      { pcieGbps: 63.008, pcieCapableGbps: 126.016, pcieLimitedAt: '0000:00:03.0' },
      { pcieGbps: 126.016, pcieCapableGbps: null, pcieLimitedAt: null },
    ])
    expect(findings('Lockdown: mstconfig: Direct PCI access is restricted; see man kernel_lockdown.7')).toMatchObject([
      { id: 'lockdown-pci-access', severity: 'warn', tool: 'mstconfig' },
    ])
  })

  test('what looks like a fault and is none', () => {
    expect(
      findings(
        `${NIC}: mlx5_pcie_event:299:(pid 9): Detected insufficient power on the PCIe slot (27W).`,
        `${NIC}: wait_func_handle_exec_timeout:1113:(pid 3122): cmd[0]: CREATE_CQ(0x400) recovered after timeout`,
        `${NIC}: print_health_info:421:(pid 0): synd 0x0: unrecognized error`,
        `${NIC}: firmware version: 28.39.1002`,
        `${NIC} ens1np0: Link down`,
        'nouveau: probe of 0000:3b:00.0 failed with error -12',
        'igb 0000:0b:00.0: probe with driver igb failed with error -1',
        "mlx5_core: unknown parameter 'log_num_mgm_entry_size' ignored",
      ),
    ).toEqual([])
  })

  test('a report belongs to the error above it, and an old one spells temperature its own way', () => {
    const text = readFileSync(join(import.meta.dirname, 'fixtures/hot-card-kernel-4.19.txt'), 'utf8')
    expect(readFacts(format, text).findings).toMatchObject([
      { id: 'nic-temperature', pci: '0000:41:00.1', count: 1 },
      { id: 'nic-temperature', pci: '0000:41:00.0', count: 2, syndrome: '0x10' },
      { id: 'fw-health-compromised', count: 1 },
      { id: 'fw-health', reason: 'fatal error', count: 1, syndrome: '0xff', extSyndrome: '0xffff' },
      { id: 'recovery-aborted', count: 1 },
    ])
    expect(findings(`${NIC}: synd 0x10: High temprature`)).toMatchObject([{ id: 'nic-temperature' }])
  })
})

describe('IOMMU', () => {
  const iommu = (...messages: readonly string[]) =>
    readFacts(format, `${messages.map((each) => `[1.5] ${each}`).join('\n')}\n`).iommu
  test.each([
    [
      'AMD prints what it can do only when it is on',
      ['pci 0000:00:00.2: AMD-Vi: Found IOMMU cap 0x40'],
      { vendor: 'amd', enabled: true },
    ],
    [
      'interrupt remapping alone is no DMA remapping',
      ['DMAR: Host address width 52', 'DMAR-IR: Enabled IRQ remapping in x2apic mode'],
      { vendor: 'intel', enabled: null },
    ],
    [
      'switched off, and interrupt remapping all the same',
      ['DMAR: IOMMU disabled', 'DMAR-IR: Enabled IRQ remapping in x2apic mode'],
      { vendor: 'intel', enabled: false },
    ],
    [
      'Arm',
      ['arm-smmu-v3 arm-smmu-v3.16.auto: option mask 0x10', 'pci 0008:01:00.0: Adding to iommu group 4'],
      { vendor: 'arm', enabled: true },
    ],
    [
      'the default type does not say whether there is one',
      ['iommu: Default domain type: Translated '],
      { vendor: null, enabled: null, defaultDomain: 'Translated' },
    ],
  ])('%s', (_, messages, want) => expect(iommu(...messages)).toMatchObject(want))
})

const PROBE = 'mlx5_core 0000:41:00.0: probe with driver mlx5_core failed with error -110'
const JOURNAL = { MESSAGE: PROBE, _TRANSPORT: 'kernel', __REALTIME_TIMESTAMP: '1760000000123456' }

describe('layouts', () => {
  test.each([
    [
      'journal short-full',
      `Sat 2026-10-03 05:56:38 UTC dgx030 kernel: ${PROBE}\nSat 2026-10-03 05:56:39 UTC dgx030 systemd[1]: Started x.\n`,
      '2026-10-03T05:56:38+00:00',
    ],
    ['journal short-monotonic', `[   42.731290] dgx030 kernel: ${PROBE}\n`, null],
    ['journal short-unix', `1760000000.123456 dgx030 kernel: ${PROBE}\n`, '2025-10-09T08:53:20.123456+00:00'],
    [
      'journal verbose',
      `Sat 2026-10-03 05:56:38.123456 UTC [s=0123456789abcdef;i=1]\n    _TRANSPORT=kernel\n    PRIORITY=4\n    MESSAGE=${PROBE}\n    _HOSTNAME=dgx030\n`,
      '2026-10-03T05:56:38.123456+00:00',
    ],
    [
      'journal export',
      `__REALTIME_TIMESTAMP=1760000000123456\n_TRANSPORT=kernel\nMESSAGE=${PROBE}\n\n`,
      '2025-10-09T08:53:20.123456+00:00',
    ],
    ['journal JSON, indented', `${JSON.stringify(JOURNAL, null, 2)}\n`, '2025-10-09T08:53:20.123456+00:00'],
    [
      'journal JSON in an array',
      `[${JSON.stringify(JOURNAL)},${JSON.stringify({ ...JOURNAL, _TRANSPORT: 'syslog' })}]\n`,
      '2025-10-09T08:53:20.123456+00:00',
    ],
    ['dmesg -d', `[   42.731290 <    0.000060>] ${PROBE}\n`, null],
    ['dmesg -T in German', `[Sa Okt  3 05:56:38 2026] ${PROBE}\n`, null],
    ['dmesg -x -T', `kern  :err   : [Sat Oct  3 05:56:38 2026] ${PROBE}\n`, '2026-10-03T05:56:38'],
    ['dmesg -r', `<3>[   42.731290] ${PROBE}\n`, null],
    ['a shell around it', `root@dgx030:~# dmesg | grep mlx5\n[   42.731290] ${PROBE}\nroot@dgx030:~# \n`, null],
    ['broken by a terminal', `[   42.731290] ${PROBE.slice(0, 62)}\n${PROBE.slice(62)}\n[   43.0] other\n`, null],
    ['broken by a mail', `[   42.731290] ${PROBE.replace('failed with', 'failed\nwith')}\n[   43.0] other\n`, null],
  ])('%s', (_, text, firstAt) => {
    expect(format.recognise(toCapture(text))).toBeGreaterThanOrEqual(60)
    expect(readFacts(format, text).findings).toMatchObject([
      { id: 'probe-failed', pci: '0000:41:00.0', errno: -110, count: 1, firstAt },
    ])
  })

  test('pdsh: one host is read, two are not', () => {
    const lines = (...hosts: readonly string[]) => hosts.map((host) => `${host}: [   42.7] ${PROBE}`).join('\n')
    expect(explain('a', `${lines('gpu-01', 'gpu-01')}\n`, knowledge).answer).toMatchObject({
      kind: 'dmesg',
      facts: { findings: [{ count: 2 }] },
    })
    expect(explain('a', `${lines('gpu-01', 'gpu-02')}\n`, knowledge).answer.kind).toBeNull()
  })

  test('a refusal in another language is a refusal', () => {
    expect(
      format.parse(toCapture('dmesg: Lesen des Kernelpuffers ist fehlgeschlagen: Die Operation ist nicht erlaubt\n')),
    ).toMatchObject({ status: 'denied', reason: { code: 'needs-root' }, facts: {} })
    expect(format.parse(toCapture('dmesg: zzz: qqq\n'))).toMatchObject({ status: 'unreadable', facts: {} })
  })
})

test('links: what a port starts with is no loss, and a new start begins anew', () => {
  const at = (second: number, text: string) =>
    `2026-10-03T02:00:${String(second).padStart(2, '0')}+0000 h kernel: mlx5_core 0000:18:00.0${text}`
  const text = [
    at(1, ' ens1: Link down'),
    at(2, ' ens1: Link up'),
    at(3, ' ens1: Link down'),
    at(4, ': firmware version: 28.39.1002'),
    at(5, ' ens1: Link down'),
    at(6, ' ens1: renamed from eth0 (while UP)'),
  ]
  const { linkEvents, lastAt, devices } = readFacts(format, `${text.join('\n')}\n`)
  expect(linkEvents.map((event) => event.lost ?? false)).toEqual([false, false, true, false])
  expect(linkEvents[0]).toMatchObject({
    at: '2026-10-03T02:00:01+00:00',
    sec: Date.parse('2026-10-03T02:00:01Z') / 1000,
  })
  expect(lastAt).toBe(Date.parse('2026-10-03T02:00:06Z') / 1000)
  expect(devices).toMatchObject([{ renamedTo: 'ens1' }])
})

test('a link whose address was taken out is a link', () => {
  const text = '[1.5] mlx5_core enp1s0f0np0: Link up\n[9.5] mlx5_core enp1s0f0np0: Link down\n'
  expect(readFacts(format, text)).toMatchObject({
    devices: [],
    linkEvents: [
      { netdev: 'enp1s0f0np0', event: 'up', pci: null },
      { netdev: 'enp1s0f0np0', event: 'down', pci: null, lost: true },
    ],
    findings: [{ id: 'link-down', netdev: 'enp1s0f0np0', count: 1 }],
  })
})

test('messages whose address was taken out count, and name no function', () => {
  expect(
    findings(
      'mlx5_port_module_event:1131:(pid 0): Port module event[error]: module 0, Cable error, High Temperature',
      'mlx5_core: wait_func:964:(pid 112): ENABLE_HCA(0x104) timeout. Will cause a leak of a command resource',
      `${NIC}: poll_health:174: device's health compromised - reached miss count`,
      'my_program:12: health recovery failed',
    ),
  ).toEqual([
    { id: 'module-error', severity: 'fail', reason: 'High Temperature', count: 1 },
    { id: 'cmd-timeout', severity: 'fail', command: 'ENABLE_HCA', count: 1 },
    { id: 'fw-health-compromised', severity: 'fail', ...nic },
  ])
})
