import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { cutsStayTrue, readFacts } from '@/scripts/cut-test'
import { sampleCases } from '@/scripts/host-samples'
import format from './format'

describe.each(sampleCases('lspci'))('$file', ({ text }) => {
  test('is recognised, and cut at any place says the same or less', () => {
    expect(format.recognise(toCapture(text))).toBe(90)
    cutsStayTrue(format, text)
  })
})

test('layouts -n, -mm, -vmm and -k name the same functions', () => {
  for (const text of [
    '18:00.0 0207: 15b3:1021\n18:00.1 0207: 15b3:101e (rev 01)\n1b:00.0 0302: 10de:2330 (rev ff)\n',
    '18:00.0 "Infiniband controller [0207]" "Mellanox Technologies [15b3]" "MT2910 Family [ConnectX-7] [1021]" -p00 "Mellanox Technologies [15b3]" "Device [0040]"\n18:00.1 "Infiniband controller [0207]" "Mellanox Technologies [15b3]" "ConnectX Family mlx5Gen Virtual Function [101e]" "" ""\n1b:00.0 "3D controller [0302]" "NVIDIA Corporation [10de]" "GH100 [H100 SXM5 80GB] [2330]" -rff "" ""\n',
    'Slot:\t18:00.0\nClass:\tInfiniband controller [0207]\nVendor:\tMellanox Technologies [15b3]\nDevice:\tMT2910 Family [ConnectX-7] [1021]\n\nSlot:\t18:00.1\nClass:\tInfiniband controller [0207]\nVendor:\tMellanox Technologies [15b3]\nDevice:\tConnectX Family mlx5Gen Virtual Function [101e]\n\nSlot:\t1b:00.0\nClass:\t3D controller [0302]\nVendor:\tNVIDIA Corporation [10de]\nDevice:\tGH100 [2330]\nRev:\tff\n\n',
  ]) {
    expect(readFacts(format, text).devices).toMatchObject([
      { pci: '0000:18:00.0', id: '15b3:1021', role: 'pf', linkLayer: 'InfiniBand', classId: '0207' },
      { pci: '0000:18:00.1', id: '15b3:101e', role: 'vf' },
      { pci: '0000:1b:00.0', id: '10de:2330', role: 'gpu', lost: true, linkLayer: null },
    ])
  }
  expect(
    readFacts(
      format,
      '18:00.0 Infiniband controller: Mellanox Technologies MT2910 Family [ConnectX-7]\n\tSubsystem: Mellanox\n\tKernel modules: mlx5_core\n03:00.0 VGA compatible controller: ASPEED Technology, Inc. ASPEED Graphics Family (rev 52)\n',
    ).devices,
  ).toMatchObject([{ driver: null, unbound: true }, { role: 'other' }])
})

test('a VF has no link of its own; newer pciutils wrap UESta', () => {
  const [vf] = readFacts(
    format,
    '0000:18:00.1 Infiniband controller: Mellanox Technologies ConnectX Family mlx5Gen Virtual Function\n\t\tLnkCap:\tPort #0, Speed 32GT/s, Width x16, ASPM not supported\n\t\tLnkSta:\tSpeed unknown, Width x0\n\t\tUESta:\tDLP- SDES- TLP- FCP- CmpltTO+ CmpltAbrt- UnxCmplt- RxOF- MalfTLP-\n\t\t\tECRC- UnsupReq+ ACSViol- UncorrIntErr- BlockedTLP- AtomicOpBlocked- TLPBlockedErr-\n\t\t\tPoisonTLPBlocked- DMWrReqBlocked- IDECheck- MisIDETLP- PCRC_CHECK- TLPXlatBlocked-\n',
  ).devices
  expect(vf).toMatchObject({ role: 'vf', link: null, aerUncorrectable: ['CmpltTO', 'UnsupReq'] })
})

test('what could not be read is not "no device"', () => {
  expect(format.parse(toCapture('lspci: command not found\n')).status).toBe('absent')
  expect(format.parse(toCapture('pcilib: Cannot open /sys/bus/pci/devices\n')).status).toBe('absent')
})

test('a newer pciutils: narrow link, wrapped registers, VFs, part number', () => {
  const text = readFileSync(join(import.meta.dirname, 'fixtures/vvv-pciutils-3.13-narrow-vfs.txt'), 'utf8')
  expect(readFacts(format, text).devices).toMatchObject([
    {
      numaNode: 1,
      partNumber: '692-9X760-00SE-S00',
      maxReadReqBytes: 512,
      link: { capGtps: 32, capWidth: 16, gtps: 32, width: 8, downgraded: true },
      sriov: { totalVfs: 8, numVfs: 8, enabled: true, vfDeviceId: '101e' },
      aerCorrectable: ['AdvNonFatalErr', 'CorrIntErr'],
      aerUncorrectable: ['UnsupReq'],
    },
  ])
  cutsStayTrue(format, text)
})

const nic = (address: string) => `${address} Infiniband controller: Mellanox Technologies MT2910 Family [ConnectX-7]\n`

test.each([
  [
    'numbers decide, not a word that says ok',
    '\t\tLnkCap:\tPort #0, Speed 32GT/s, Width x16, ASPM\n\t\tLnkSta:\tSpeed 16GT/s (ok), Width x16 (ok)\n',
    { gtps: 16, downgraded: true },
  ],
  [
    'nor one that says downgraded',
    '\t\tLnkCap:\tPort #0, Speed 16GT/s, Width x16, ASPM\n\t\tLnkSta:\tSpeed 16GT/s (downgraded), Width x16\n',
    { downgraded: false },
  ],
  [
    'Gen6',
    '\t\tLnkCap:\tPort #0, Speed 64GT/s, Width x16, ASPM\n\t\tLnkSta:\tSpeed 64GT/s, Width x16\n',
    { capGtps: 64, gtps: 64, downgraded: false },
  ],
  [
    'a card faster than its port',
    '\t\tLnkCap:\tPort #0, Speed 16GT/s, Width x8, ASPM\n\t\tLnkSta:\tSpeed 16GT/s (ok), Width x16 (strange)\n',
    { width: 16, downgraded: false },
  ],
  [
    'speeds this pciutils does not know',
    '\t\tLnkCap:\tPort #0, Speed unknown, Width x16, ASPM\n\t\tLnkSta:\tSpeed unknown (ok), Width x16 (ok)\n',
    { capGtps: null, gtps: null, downgraded: null },
  ],
  [
    'half the lanes at an unknown speed',
    '\t\tLnkCap:\tPort #0, Speed unknown, Width x16, ASPM\n\t\tLnkSta:\tSpeed unknown, Width x8, TrErr- Train-\n',
    { width: 8, downgraded: true },
  ],
  [
    'LnkSta alone: the tool’s own word',
    '\t\tLnkSta:\tSpeed 16GT/s (downgraded), Width x16 (ok)\n',
    { gtps: 16, capGtps: null, downgraded: true },
  ],
  ['LnkSta alone without a word', '\t\tLnkSta:\tSpeed 16GT/s, Width x16\n', { gtps: 16, downgraded: null }],
])('link: %s', (_, lines, want) => {
  expect(readFacts(format, nic('18:00.0') + lines).devices[0]?.link).toMatchObject(want)
})

test('what stands below an address belongs to it, and to nobody else', () => {
  const { devices } = readFacts(
    format,
    `${nic('18:00.0')}1b:00.0 3D controller: NVIDIA Corporation GH100 [H100 SXM5 80GB] (rev a1)\n\tKernel driver in use: nvidia\n10000:e1:00.0 Non-Volatile memory controller: Samsung\n\tKernel driver in use: nvme\n${nic('43:00.0')}$ lspci -vvv -s 18:00.0 | grep -E 'LnkCap:|LnkSta:'\n\t\tLnkCap:\tPort #0, Speed 32GT/s, Width x16, ASPM\n\t\tLnkSta:\tSpeed 32GT/s, Width x8\n`,
  )
  expect(devices).toMatchObject([
    { pci: '0000:18:00.0', driver: null, link: { width: 8 } },
    { pci: '0000:1b:00.0', role: 'gpu', driver: 'nvidia' },
    { pci: '0000:43:00.0', driver: null, link: null },
  ])
})

test.each([
  ['asked of one function', 'root@n1:~# lspci -vvv -s 18:00.0 | grep Lnk\n', '0000:18:00.0'],
  [
    'a loop over addresses',
    '$ for d in $(cat bdfs); do echo == $d ==; lspci -vvv -s $d | grep Lnk; done\n== 0001:18:00.0 ==\n',
    '0001:18:00.0',
  ],
])('links without heads, %s', (_, above, pci) => {
  const text = `${above}\t\tLnkCap:\tPort #0, Speed 32GT/s, Width x16, ASPM\n\t\tLnkSta:\tSpeed 16GT/s, Width x8\n`
  expect(format.recognise(toCapture(text))).toBeGreaterThan(70)
  expect(readFacts(format, text).devices).toMatchObject([
    { pci, role: null, link: { capGtps: 32, width: 8, downgraded: true } },
  ])
  const bare = toCapture(text.slice(above.length))
  expect(format.recognise(bare)).toBeGreaterThanOrEqual(50)
  expect(format.parse(bare)).toMatchObject({ status: 'unreadable', facts: {} })
})

test('a head torn by a terminal is joined; one that stays torn has no name', () => {
  const torn =
    '0000:29:00.0 Infiniband controller [0207]: Mellanox Technologies MT43244 BlueFie\nld-3 integrated ConnectX-7 network controller [15b3:a2dc] (rev 01)\n'
  expect(readFacts(format, torn).devices).toMatchObject([
    { id: '15b3:a2dc', name: 'Mellanox Technologies MT43244 BlueField-3 integrated ConnectX-7 network controller' },
  ])
  expect(readFacts(format, `${torn.split('\n')[0]}\n\n`).devices).toMatchObject([{ id: null, name: null, role: null }])
})

test('a command that found nothing is an answer, a tool that is not there is none', () => {
  const asked = 'root@gpu-01:~# lspci -d 15b3:\nroot@gpu-01:~# \n'
  expect(format.recognise(toCapture(asked))).toBeGreaterThan(60)
  expect(readFacts(format, asked).devices).toEqual([])
  const missing = 'bash: lspci: command not found\n'
  expect(format.recognise(toCapture(missing))).toBeGreaterThan(60)
  expect(format.parse(toCapture(missing))).toMatchObject({ status: 'absent', facts: {} })
})

test('not every function of the vendor is a NIC', () => {
  const role = (line: string) => readFacts(format, `${line}\n`).devices[0]?.role
  expect(
    role('29:00.2 DMA controller: Mellanox Technologies MT43244 BlueField-3 SoC Management Interface (rev 01)'),
  ).toBe('dma-management')
  expect(role('9a:00.0 0500: 15b3:0209')).toBe('flash-recovery')
  expect(role('1a:00.0 PCI bridge: Mellanox Technologies MT2910 Family [ConnectX-7 PCIe Bridge] (rev 01)')).toBe(
    'bridge',
  )
  expect(role('18:00.1 0207: 15b3:101e')).toBe('vf')
  expect(role('65:00.0 VGA compatible controller: ASPEED Technology, Inc. ASPEED Graphics Family (rev 52)')).toBe(
    'other',
  )
  expect(
    role('0c:00.0 Processing accelerators: Advanced Micro Devices, Inc. [AMD/ATI] Aqua Vanjaram [Instinct MI300X]'),
  ).toBe('gpu')
})
