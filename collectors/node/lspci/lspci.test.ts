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
