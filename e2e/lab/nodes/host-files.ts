import type { NodeSpec } from './spec'

/** GPUs of a DGX B200 by PCI address, one beside each rail. */
const GPU_PCI = [
  '0000:1b:00.0',
  '0000:43:00.0',
  '0000:52:00.0',
  '0000:61:00.0',
  '0000:9d:00.0',
  '0000:c3:00.0',
  '0000:d1:00.0',
  '0000:df:00.0',
]
const DRIVER = '570.124.06'
const MODULES = [
  'nvidia_peermem',
  'nvidia_uvm',
  'nvidia',
  'mlx5_ib',
  'ib_ipoib',
  'rdma_ucm',
  'rdma_cm',
  'ib_umad',
  'ib_uverbs',
  'ib_core',
  'mlx5_core',
  'mlx_compat',
]

/** Files and links of a healthy GPU node beside its NICs: kernel, IOMMU, modules, GPUs, kubelet, and shims of their tools. */
export function hostFiles(spec: NodeSpec): { files: Map<string, string>; links: Map<string, string> } {
  const files = new Map<string, string>()
  const links = new Map<string, string>()
  kernel(files, spec)
  for (const [at, pci] of GPU_PCI.entries()) gpu(files, links, pci, at < 4 ? 0 : 1)
  const shim = (tool: string, body: string) =>
    files.set(`bin/${tool}`, `#!/bin/sh\n# Lab shim: prints recorded answers.\nt=$CAIRN_ROOT/var/tools\n${body}\n`)
  const text = (name: string, lines: readonly string[]) => files.set(`var/tools/${name}`, `${lines.join('\n')}\n`)
  text('kernel-log', kernelLog(spec))
  text('gpu-csv', gpuCsv())
  text('gpu-memory', gpuMemory())
  text('gpu-topo', gpuTopo(spec))
  text('gpu-processes', ['gpu_bus_id, pid, process_name'])
  text('lspci-15b3', nicNames(spec))
  text(
    'lspci-10de',
    GPU_PCI.map((pci) => `${pci} 3D controller [0302]: NVIDIA Corporation GB100 [B200] [10de:2901] (rev a1)`),
  )
  text('modinfo', modinfo(spec))
  shim('journalctl', 'cat "$t/kernel-log"')
  shim('dmesg', 'cat "$t/kernel-log"')
  shim('modinfo', 'cat "$t/modinfo"')
  shim('ofed_info', 'echo MLNX_OFED_LINUX-24.10-0.7.0.0:')
  shim('lspci', 'case "$*" in *15b3*) cat "$t/lspci-15b3" ;; *) cat "$t/lspci-10de" ;; esac')
  shim(
    'nvidia-smi',
    'case "$1" in --query-gpu=*) cat "$t/gpu-csv" ;; --query-compute-apps=*) cat "$t/gpu-processes" ;; topo) cat "$t/gpu-topo" ;; *) cat "$t/gpu-memory" ;; esac',
  )
  return { files, links }
}

function kernel(files: Map<string, string>, spec: NodeSpec): void {
  const set = (path: string, text: string) => files.set(path, `${text}\n`)
  set('proc/cmdline', `BOOT_IMAGE=/boot/vmlinuz-${spec.kernel} root=UUID=0 ro intel_iommu=on iommu=pt pci=realloc=on`)
  set('proc/modules', MODULES.map((name) => `${name} 65536 0 - Live 0x0000000000000000 (OE)`).join('\n'))
  set(
    'proc/meminfo',
    'HugePages_Total:       0\nHugePages_Free:        0\nHugepagesize:       2048 kB\nHugetlb:               0 kB',
  )
  set('proc/driver/nvidia/version', `NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  ${DRIVER}  Release Build`)
  set('sys/kernel/security/lockdown', '[none] integrity confidentiality')
  set('sys/class/iommu/dmar0/intel-iommu/version', '6:0')
  for (let group = 0; group < 12; group += 1) set(`sys/kernel/iommu_groups/${group}/type`, 'identity')
  for (const name of MODULES) set(`sys/module/${name}/initstate`, 'live')
  set('sys/module/mlx5_core/version', '24.10-0.7.0')
  set('sys/module/mlx5_core/srcversion', '6C2A9E0F5B1D4E7A8C3F210')
  set('proc/2211/comm', 'containerd')
  set(
    'proc/2211/limits',
    'Limit                     Soft Limit           Hard Limit           Units     \nMax locked memory         unlimited            unlimited            bytes     ',
  )
  files.set(
    'sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c',
    '\u0006\u0000\u0000\u0000\u0000',
  )
  files.set(
    'var/lib/kubelet/config.yaml',
    'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncpuManagerPolicy: static\nreservedSystemCPUs: 0-3\ntopologyManagerPolicy: best-effort\n',
  )
}

function gpu(files: Map<string, string>, links: Map<string, string>, pci: string, numa: number): void {
  const home = `sys/devices/pci${pci.slice(0, 7)}/${pci}`
  const set = (path: string, text: string | number) => files.set(`${home}/${path}`, `${text}\n`)
  set('vendor', '0x10de')
  set('device', '0x2901')
  set('class', '0x030200')
  set('numa_node', numa)
  for (const which of ['current', 'max']) {
    set(`${which}_link_speed`, '32.0 GT/s PCIe')
    set(`${which}_link_width`, 16)
  }
  links.set(`${home}/driver`, '../../../bus/pci/drivers/nvidia')
  files.set('sys/bus/pci/drivers/nvidia/uevent', '')
  links.set(`sys/bus/pci/devices/${pci}`, `../../../../${home}`)
}

/** A healthy boot; the 27 W line is printed on every one. */
function kernelLog(spec: NodeSpec): string[] {
  const stamp = `2026-11-19T12:00:00+00:00 ${spec.name} kernel: `
  const nic = spec.rails.flatMap(({ pci, netdev, firmware }) => [
    `mlx5_core ${pci}: firmware version: ${firmware}`,
    `mlx5_core ${pci}: 504.112 Gb/s available PCIe bandwidth (32.0 GT/s PCIe x16 link)`,
    `mlx5_core ${pci}: Port module event: module 0, Cable plugged`,
    `mlx5_core ${pci}: mlx5_pcie_event:299:(pid 9): Detected insufficient power on the PCIe slot (27W).`,
    `mlx5_core ${pci} ${netdev}: renamed from ib0`,
  ])
  return [
    `Linux version ${spec.kernel} (buildd@lab) (gcc 13.2.0) #31 SMP`,
    'DMAR: IOMMU enabled',
    'iommu: Default domain type: Passthrough (set via kernel command line)',
    'secureboot: Secure boot disabled',
    ...nic,
  ].map((line) => stamp + line)
}

function gpuCsv(): string[] {
  const rows = GPU_PCI.map(
    (pci, at) => `${at}, NVIDIA B200, 0000${pci.toUpperCase()}, ${DRIVER}, 183359 MiB, 5, 5, 16, 16, 0`,
  )
  return [
    'index, name, pci.bus_id, driver_version, memory.total [MiB], pcie.link.gen.current, pcie.link.gen.max, pcie.link.width.current, pcie.link.width.max, ecc.errors.uncorrected.volatile.total',
    ...rows,
  ]
}

function gpuMemory(): string[] {
  const line = (key: string, value: string) => `        ${key.padEnd(34)}: ${value}`
  return [
    '',
    '==============NVSMI LOG==============',
    '',
    `Driver Version                            : ${DRIVER}`,
    'CUDA Version                              : 12.8',
    '',
    'Attached GPUs                             : 8',
    ...GPU_PCI.flatMap((pci) => [
      `GPU 0000${pci.toUpperCase()}`,
      '    FB Memory Usage',
      line('Total', '183359 MiB'),
      '    BAR1 Memory Usage',
      line('Total', '262144 MiB'),
    ]),
  ]
}

/** One rail at PIX per GPU; the other socket at SYS. */
function gpuTopo(spec: NodeSpec): string[] {
  const gpus = GPU_PCI.map((_, at) => `GPU${at}`)
  const nics = spec.rails.map((_, at) => `NIC${at}`)
  const path = (a: number, b: number) => (a === b ? 'PIX' : a < 4 === b < 4 ? 'NODE' : 'SYS')
  const row = (name: string, cells: readonly string[]) => [name, ...cells].join('\t')
  return [
    row('', [...gpus, ...nics, 'CPU Affinity', 'NUMA Affinity', 'GPU NUMA ID']),
    ...gpus.map((name, at) =>
      row(name, [
        ...gpus.map((_, other) => (other === at ? ' X ' : 'NV18')),
        ...nics.map((_, other) => path(at, other)),
        at < 4 ? '0-55' : '56-111',
        at < 4 ? '0' : '1',
        'N/A',
      ]),
    ),
    ...nics.map((name, at) =>
      row(name, [
        ...gpus.map((_, other) => path(at, other)),
        ...nics.map((_, other) => (other === at ? ' X ' : at < 4 === other < 4 ? 'NODE' : 'SYS')),
      ]),
    ),
    '',
    'Legend:',
    '',
    '  X    = Self',
    '',
    'NIC Legend:',
    '',
    ...spec.rails.map(({ rdma }, at) => `  NIC${at}: ${rdma}`),
  ]
}

function nicNames(spec: NodeSpec): string[] {
  const vf = 'Mellanox Technologies ConnectX Family mlx5Gen Virtual Function [15b3:101e]'
  return spec.rails.flatMap((rail) => [
    `${rail.pci} Infiniband controller [0207]: Mellanox Technologies MT2910 Family [ConnectX-7] [15b3:1021]`,
    ...rail.vfs.map(({ pci }) => `${pci} Infiniband controller [0207]: ${vf}`),
  ])
}

function modinfo(spec: NodeSpec): string[] {
  return [
    `filename:       /lib/modules/${spec.kernel}/updates/dkms/mlx5_core.ko.zst`,
    'version:        24.10-0.7.0',
    'srcversion:     6C2A9E0F5B1D4E7A8C3F210',
    'name:           mlx5_core',
    `vermagic:       ${spec.kernel} SMP preempt mod_unload modversions `,
  ]
}
