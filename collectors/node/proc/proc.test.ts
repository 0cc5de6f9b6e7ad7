import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { explain } from '@/lib/explain/explain'
import { knowledge } from '@/lib/explain/knowledge'
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

const LINE =
  'BOOT_IMAGE=/vmlinuz-6.8.0 root=/dev/mapper/vg-root ro intel_iommu=on iommu=pt pci=realloc=off hugepagesz=1G hugepages=16'

test('a command line broken by a terminal or a mail says what the whole one says', () => {
  const whole = readFacts(proc, `${LINE}\n`).cmdline
  expect(whole).toMatchObject({
    intelIommu: 'on',
    iommu: ['pt'],
    pci: ['realloc=off'],
    hugepages: 16,
    hugepageSize: '1G',
  })
  for (const at of [62, 65, 70, 78, 90, 101])
    expect(readFacts(proc, `${LINE.slice(0, at)}\n${LINE.slice(at)}\n`).cmdline, `broken at ${at}`).toEqual(whole)
  expect(readFacts(proc, `${LINE.replace(' iommu=pt', '\niommu=pt')}\n`).cmdline).toEqual(whole)
  expect(readFacts(proc, `# cat /proc/cmdline\n${LINE}\n# lsmod | grep mlx5_ib\nmlx5_ib 544768 0\n`)).toMatchObject({
    cmdline: whole,
    modules: [{ name: 'mlx5_ib' }],
  })
})

test('the effect of a repeated key is its last value, also across keys', () => {
  const { cmdline } = readFacts(
    proc,
    'root=/dev/sda1 ro iommu=pt iommu=nopt iommu.passthrough=1 iommu.passthrough=0 isolcpus=2-3 isolcpus=managed_irq,4-63\n',
  )
  expect(cmdline).toMatchObject({
    iommuEffective: 'nopt',
    iommuPassthrough: false,
    isolcpus: 'managed_irq,4-63',
    intelIommu: null,
  })
})

test('lsmod without its heading is known by our modules, another listing is not', () => {
  const lines =
    'ib_uverbs             225280  3 nvidia_peermem,rdma_ucm,mlx5_ib\nib_core               557056  9 rdma_cm,mlx5_ib\n'
  expect(proc.recognise(toCapture(lines))).toBeGreaterThan(60)
  expect(readFacts(proc, lines).modules).toEqual([
    { name: 'ib_uverbs', outOfTree: null },
    { name: 'ib_core', outOfTree: null },
  ])
  expect(proc.recognise(toCapture('alpha 1024 3\nbeta 2048 1 alpha\n'))).toBe(0)
})

test.each([
  ['OFED-internal-24.10-2.1.8:\n', { ofed: { flavour: 'doca-ofed', version: '24.10-2.1.8', branch: '24.10' } }],
  ['MLNX_OFED_LINUX-5.8-6.0.4.2:\n', { ofed: { flavour: 'mlnx-ofed', version: '5.8-6.0.4.2', branch: '5.8' } }],
  [
    'MLNX_OFED_LINUX-24.10-2.1.8.0 (OFED-24.10-2.1.8):\n\nclusterkit:\nmlnx_ofed_clusterkit/clusterkit-1.15.469.tar.gz\n',
    { ofed: { version: '24.10-2.1.8.0' } },
  ],
  ['OFED-internal-24.10-2.1.8\n', { ofed: { version: '24.10-2.1.8' } }],
  [
    'containerd github.com/containerd/containerd/v2 v2.1.3 c787fb98911740dd3ff2d0e45ce88cdf01410486\n',
    { containerd: { version: '2.1.3' } },
  ],
  ['containerd github.com/k3s-io/containerd v1.7.23-k3s2 \n', { containerd: { version: '1.7.23' } }],
  [
    'Client:\n  Version:  v1.7.1\n  Revision: 0\n\nServer:\n  Version:  v1.7.27\n  Revision: 1\n',
    { containerd: { version: '1.7.27' } },
  ],
  ['SecureBoot disabled\nPlatform is in Setup Mode\n', { secureBoot: false }],
  [
    'mstfwreset, mstflint 4.36.0, Git SHA Hash: N/A\n',
    { tool: { name: 'mstfwreset', version: '4.36.0', jsonOutput: true } },
  ],
  ['dmesg from util-linux 2.37.2\n', { tool: { name: 'dmesg', version: '2.37.2', jsonOutput: false } }],
  ['Docker version 27.5.1, build 9f9e405\n', { tool: { name: 'docker', version: '27.5.1' } }],
  [
    'name:           mlx5_core\nfilename:       (builtin)\nlicense:        Dual BSD/GPL\n',
    { module: { flavour: 'inbox', dkms: null, version: null } },
  ],
  [
    'filename:       /lib/modules/6.8.0-60-generic/updates/dkms/mlx5_core.ko.zst\nversion:        24.10-2.1.8\nvermagic:       6.8.0-60-generic SMP preempt mod_unload modversions \n',
    { module: { name: 'mlx5_core', flavour: 'ofed', dkms: true, vermagicKernel: '6.8.0-60-generic' } },
  ],
  [
    // Beside the kernel's own, yet not OFED's.
    'filename:       /lib/modules/6.8.0-60-generic/updates/dkms/nvidia-peermem.ko.zst\nversion:        570.124.06\nvermagic:       6.8.0-60-generic SMP \n',
    { module: { name: 'nvidia_peermem', version: '570.124.06', flavour: null, dkms: true } },
  ],
  [
    'iser/24.10.OFED.24.10.0.7.0.1, 5.15.0-122-generic, x86_64: installed\nmlnx-ofed-kernel/24.10.OFED.24.10.1.1.4.1, 5.15.0-122-generic, x86_64: installed\n',
    {
      module: {
        name: 'mlnx-ofed-kernel',
        version: '24.10.OFED.24.10.1.1.4.1',
        flavour: 'ofed',
        vermagicKernel: '5.15.0-122-generic',
        dkms: true,
      },
    },
  ],
  ['nvidia, 570.124.06, 6.8.0-60-generic, x86_64: installed\n', { module: { name: 'nvidia', flavour: null } }],
  // Two machines in one paste: neither is the one.
  ['MLNX_OFED_LINUX-24.10-3.2.5.0:\nMLNX_OFED_LINUX-23.10-5.1.4.0:\n', { ofed: null }],
  ['SecureBoot enabled\nSecureBoot disabled\nSecureBoot enabled\n', { secureBoot: null }],
  [
    'filename:       /lib/modules/6.8.0-60-generic/kernel/net/sunrpc/xprtrdma/rpcrdma.ko\nvermagic:       6.8.0-60-generic SMP \n',
    { module: { name: 'rpcrdma', flavour: 'inbox', dkms: false } },
  ],
  ['/sys/kernel/security/lockdown:none [integrity] confidentiality\n', { lockdown: 'integrity' }],
  ['containerd github.com/containerd/containerd v1.4.13.m 9cc6.m\n', { containerd: { version: '1.4.13' } }],
  [
    'mst, mft 4.28.0-92, built on Apr 22 2024, 16:48:15. Git SHA Hash: N/A\n',
    { tool: { name: 'mst', version: '4.28.0' } },
  ],
  ['ethtool version 6.7\n', { tool: { name: 'ethtool', version: '6.7' } }],
  [
    'NVIDIA-SMI version  : 550.54.15\nNVML version        : 550.54\nDRIVER version      : 550.54.15\nCUDA Version        : 12.4\n',
    { tool: { name: 'nvidia-smi', version: '550.54.15' } },
  ],
])('versions: %s', (text, want) => {
  expect(versions.recognise(toCapture(text))).toBeGreaterThanOrEqual(70)
  expect(readFacts(versions, text)).toMatchObject(want)
})

test.each([
  ['bash: ofed_info: command not found\n', 'absent', 'other'],
  ['Failed to read "SecureBoot" variable: No such file or directory\n', 'unreadable', 'interface-missing'],
  ['cat: /sys/kernel/security/lockdown: Permission denied\n', 'denied', 'needs-root'],
  ['modinfo: ERROR: Module alias nvidia_peermem not found.\n', 'absent', 'module-missing'],
  ["modinfo: module 'mlx5_core' not found\n", 'absent', 'module-missing'],
])('versions, nothing read: %s', (text, status, code) => {
  expect(versions.recognise(toCapture(text))).toBeGreaterThanOrEqual(70)
  expect(versions.parse(toCapture(text))).toMatchObject({ status, reason: { code }, facts: {} })
})

test('configz of a whole kubelet is JSON after credentials were taken out', () => {
  const authorization = { mode: 'Webhook', webhook: { cacheAuthorizedTTL: '5m0s' } }
  const configz = { kubeletconfig: { authorization, cpuManagerPolicy: 'static', topologyManagerPolicy: 'restricted' } }
  for (const text of [JSON.stringify(configz), JSON.stringify(configz, null, 2)])
    expect(explain('a', text, knowledge).answer).toMatchObject({
      kind: 'kubelet',
      status: 'ok',
      facts: { topologyManagerPolicy: 'restricted', explicit: true },
    })
})

test('kubelet: one line of grep is an excerpt, a ConfigMap that holds a file is a ConfigMap', () => {
  expect(readFacts(kubelet, 'topologyManagerPolicy: single-numa-node\n')).toMatchObject({
    topologyManagerPolicy: 'single-numa-node',
    cpuManagerPolicy: null,
    explicit: null,
  })
  expect(kubelet.recognise(toCapture('someKey: 1\nother: 2\n'))).toBe(0)
  const map =
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kubelet-config\ndata:\n  kubelet: |\n    apiVersion: kubelet.config.k8s.io/v1beta1\n    kind: KubeletConfiguration\n    cpuManagerPolicy: static\n    topologyManagerPolicy: restricted\n'
  expect(explain('a', map, knowledge).answer).toMatchObject({
    kind: 'k8s',
    facts: { objects: [{ kind: 'ConfigMap' }] },
  })
  expect(kubelet.parse(toCapture('cat: /var/lib/kubelet/config.yaml: Permission denied\n'))).toMatchObject({
    status: 'denied',
    facts: {},
  })
})
