import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { cutsStayTrue, readFacts } from '@/scripts/cut-test'
import { sampleCases } from '@/scripts/host-samples'
import format from './format'

describe.each(sampleCases('dmesg'))('$file', ({ text }) => {
  test('is recognised, and cut at any place says the same or less', () => {
    expect(format.recognise(toCapture(text))).toBeGreaterThan(60)
    cutsStayTrue(format, text, { step: 7, moving: /\.(?:count|renamedTo|cable|line|lastAt)=/ })
  })
})

const MESSAGES = [
  'mlx5_ib: Unknown symbol strlcpy (err -2)',
  'mlx5_core 0000:18:00.0: wait_func:1137:(pid 812): ENABLE_HCA(0x104) timeout. Will cause a leak of a command resource',
  'mlx5_core 0000:18:00.0: mlx5_cmd_out_err:808:(pid 4521): ACCESS_REG(0x805) op_mod(0x1) failed, status bad operation(0x2), syndrome (0x15c356), err(-22)',
  'mlx5_core: probe of 0000:40:00.0 failed with error -12',
  'NVRM: Xid (PCI:0000:3b:00): 79, pid=812, name=python3, GPU has fallen off the bus.',
]
const WANT = [
  { id: 'unknown-symbol', module: 'mlx5_ib', symbol: 'strlcpy', errno: -2, severity: 'fail' },
  { id: 'cmd-timeout', pci: '0000:18:00.0', command: 'ENABLE_HCA' },
  { id: 'cmd-failed', command: 'ACCESS_REG', syndrome: '0x15c356', errno: -22, severity: 'info' },
  { id: 'probe-failed', pci: '0000:40:00.0', module: 'mlx5_core', errno: -12 },
  { id: 'gpu-xid', pci: '0000:3b:00.0', reason: 'GPU has fallen off the bus.', xids: [79], severity: 'fail' },
]

test.each([
  ['plain', (text: string, at: number) => `[   ${at}.731290] ${text}`],
  ['printk caller', (text: string, at: number) => `[   ${at}.731290][  T812] ${text}`],
  ['printk caller in a column of its own', (text: string, at: number) => `[   ${at}.731290] [   T812] ${text}`],
  ['dmesg -T and a caller', (text: string) => `[Sat Oct  3 05:56:38 2026] [     C3] ${text}`],
  ['kmsg', (text: string, at: number) => `4,${at},22799,-;${text}`],
  ['journal short', (text: string) => `Oct 03 05:56:38 dgx030 kernel: ${text}`],
  ['journal iso', (text: string) => `2026-10-03T05:56:38-0400 dgx030 kernel: ${text}`],
  ['dmesg -T', (text: string) => `[Sat Oct  3 05:56:38 2026] ${text}`],
  [
    'journal json',
    (text: string) => JSON.stringify({ MESSAGE: text, _TRANSPORT: 'kernel', __REALTIME_TIMESTAMP: '1760000000123456' }),
  ],
  ['bare', (text: string) => text],
  ['a block below a name', (text: string, at: number) => `${at === 0 ? 'gpu-01:\n' : ''}    [   ${at}.731290] ${text}`],
])('%s', (name, dress) => {
  const text = `${MESSAGES.map(dress).join('\n')}\n`
  expect(format.recognise(toCapture(text))).toBeGreaterThan(60)
  const { findings } = readFacts(format, text)
  expect(findings).toMatchObject(WANT)
  if (name === 'journal iso') expect(findings[0]?.firstAt).toBe('2026-10-03T05:56:38-04:00')
  if (name === 'dmesg -T') expect(findings[0]?.firstAt).toBe('2026-10-03T05:56:38')
})

test('dmesg -J, links, and what is normal', () => {
  const msg = [
    'mlx5_core 0000:18:00.0 ens1: Link up',
    'mlx5_core 0000:18:00.0 ens1: Link down',
    'mlx5_core 0000:18:00.0: mlx5_pcie_event:299:(pid 9): Detected insufficient power on the PCIe slot (27W).',
    'mlx5_core 0000:19:00.0: firmware version: 65535.65535.65535',
    'mlx5_core 0000:1a:00.0: 504.112 Gb/s available PCIe bandwidth, limited by 32.0 GT/s PCIe x16 link at 0000:15:01.0 (capable of 985.000 Gb/s with 64.0 GT/s PCIe x16 link)',
  ]
  const facts = readFacts(
    format,
    JSON.stringify({ dmesg: msg.map((each) => ({ pri: 6, time: 1.5, msg: each })) }, null, 3),
  )
  expect(facts.linkEvents.map((each) => each.event)).toEqual(['up', 'down'])
  expect(facts.findings.filter((each) => each.severity !== 'info').map((each) => each.id)).toEqual(['link-down'])
  expect(facts.devices[0]).toMatchObject({ firmware: null, dead: true })
})

test('refused is denied, never "no errors"', () => {
  expect(format.parse(toCapture('dmesg: read kernel buffer failed: Operation not permitted\n'))).toMatchObject({
    status: 'denied',
    reason: { code: 'needs-root' },
    facts: {},
  })
  expect(format.parse(toCapture('-- No entries --\n')).status).toBe('absent')
})
