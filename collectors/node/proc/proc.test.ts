import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { cutsStayTrue, readFacts } from '@/scripts/cut-test'
import { sampleCases } from '@/scripts/host-samples'
import kubelet from '../kubelet/format'
import versions from '../versions/format'
import proc from './format'

describe.each([
  ...sampleCases('proc').map((each) => ({ ...each, format: proc })),
  ...sampleCases('versions').map((each) => ({ ...each, format: versions })),
  ...sampleCases('kubelet').map((each) => ({ ...each, format: kubelet })),
])('$file', ({ text, format }) => {
  test('is recognised, and cut at any place says the same or less', () => {
    expect(format.recognise(toCapture(text))).toBeGreaterThanOrEqual(80)
    cutsStayTrue(format, text)
  })
})

test('command line: last value wins, several hugepage sizes, quotes, init arguments', () => {
  const facts = readFacts(
    proc,
    'BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro iommu=soft intel_iommu=on iommu=pt hugepagesz=1G hugepages=16 hugepagesz=2M hugepages=512 dyndbg="file a.c +p" -- single iommu=off\n',
  )
  expect(facts.cmdline).toMatchObject({
    iommu: ['soft', 'pt'],
    iommuEffective: 'pt',
    intelIommu: 'on',
    hugepageSize: null,
    hugepages: null,
    initArgs: ['single', 'iommu=off'],
  })
})

test('modules: lsmod shows no flags, inbox has none', () => {
  const inbox = readFacts(
    proc,
    'mlx5_ib 577536 0 - Live 0x0000000000000000\nmlx5_core 2650112 1 mlx5_ib, Live 0x0000000000000000\n',
  )
  expect(inbox).toMatchObject({ ofed: false, peermem: null })
  const listed = readFacts(
    proc,
    'Module                  Size  Used by\nnvidia_peermem         16384  0\nmlx5_core            2650112  1 mlx5_ib\n',
  )
  expect(listed).toMatchObject({
    ofed: null,
    peermem: 'nvidia_peermem',
    modules: [{ outOfTree: null }, { name: 'mlx5_core' }],
  })
})

test('versions', () => {
  const module = readFacts(
    versions,
    'filename:       /lib/modules/5.15.0-91-generic/updates/dkms/mlx5_core.ko\nversion:        24.10-0.7.0\nsrcversion:     ABC\nname:           mlx5_core\nvermagic:       5.15.0-91-generic SMP mod_unload modversions \n',
  ).module
  expect(module).toEqual({
    name: 'mlx5_core',
    version: '24.10-0.7.0',
    flavour: 'ofed',
    vermagicKernel: '5.15.0-91-generic',
    dkms: true,
    srcversion: 'ABC',
  })
  expect(
    readFacts(versions, 'mlxconfig, mft 4.31.0-149, built on Mar 11 2025, 10:51:37. Git SHA Hash: N/A\n').tool,
  ).toEqual({ name: 'mlxconfig', version: '4.31.0', jsonOutput: true })
  expect(
    readFacts(versions, 'containerd containerd.io 1.7.22 7f7fdf5fed64eb6a7caf99b3e12efcf9d60e311c\n').containerd,
  ).toEqual({ version: '1.7.22' })
  expect(readFacts(versions, 'SecureBoot enabled\nSecureBoot validation is disabled in shim\n')).toEqual({
    secureBoot: true,
    shimValidation: false,
  })
  expect(versions.parse(toCapture("This system doesn't support Secure Boot\n"))).toMatchObject({
    status: 'absent',
    facts: { secureBoot: null, secureBootSupported: false },
  })
})

test('kubelet: a file with defaults, and an excerpt that has none', () => {
  const file =
    'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncgroupDriver: systemd\ncpuManagerPolicy: static\nreservedSystemCPUs: "0-3"\n'
  expect(readFacts(kubelet, file)).toEqual({
    cpuManagerPolicy: 'static',
    topologyManagerPolicy: 'none',
    topologyManagerScope: null,
    reservedSystemCpus: '0-3',
    explicit: false,
  })
  expect(readFacts(kubelet, 'cpuManagerPolicy: static\nreservedSystemCPUs: "0-3"\n')).toMatchObject({
    topologyManagerPolicy: null,
    explicit: null,
  })
})
