/** Facts of a healthy host for the examples of checks and causes. */
import type { DmesgFacts, LinkEvent, LogFinding } from '@/collectors/node/dmesg/facts'
import { type KernelFacts, NO_KERNEL } from '@/collectors/node/kernel/facts'
import { emptyDevice, type PciDevice, type PciFacts } from '@/collectors/node/lspci/facts'
import type { Gpu, GpuFacts } from '@/collectors/node/nvidia-smi-csv/facts'
import { NO_GPU } from '@/collectors/node/nvidia-smi-csv/failure'
import type { TopoFacts } from '@/collectors/node/nvidia-smi-topo/facts'
import { parseCmdline } from '@/collectors/node/proc/cmdline'
import type { Cmdline } from '@/collectors/node/proc/facts'

/** A ConnectX-7 PF at full speed. */
export function exampleNic(over: Partial<PciDevice> = {}): PciDevice {
  return {
    ...emptyDevice('0000:18:00.0'),
    class: 'Infiniband controller',
    classId: '0207',
    id: '15b3:1021',
    name: 'Mellanox Technologies MT2910 Family [ConnectX-7]',
    role: 'pf',
    linkLayer: 'InfiniBand',
    driver: 'mlx5_core',
    link: { capGtps: 32, capWidth: 16, gtps: 32, width: 16, downgraded: false },
    aerUncorrectable: [],
    ...over,
  }
}

export function examplePci(...devices: readonly PciDevice[]): PciFacts {
  return { devices }
}

/** A log that starts at boot. */
export function exampleLog(...findings: readonly Partial<LogFinding>[]): DmesgFacts {
  return {
    devices: [],
    linkEvents: [],
    lastAt: null,
    iommu: null,
    secureBoot: null,
    lockdown: null,
    findings: findings.map((each) => ({
      id: 'fw-health',
      severity: 'fail',
      count: 1,
      firstAt: null,
      line: `kernel: ${each.id ?? ''}`,
      ...each,
    })),
    versionMagic: [],
    gpusLost: [],
    sxids: [],
    fromBoot: true,
  }
}

/** A log from boot in which one link goes down and up again: seconds after midnight of each. */
export function exampleLinks(...losses: readonly (readonly [number, number])[]): DmesgFacts {
  const start = Date.parse('2026-10-01T00:00:00Z') / 1000
  const event = (kind: 'up' | 'down', sec: number): LinkEvent => ({
    netdev: 'ens1np0',
    event: kind,
    pci: '0000:18:00.0',
    at: new Date((start + sec) * 1000).toISOString(),
    sec: start + sec,
    ...(kind === 'down' ? { lost: true } : {}),
  })
  return {
    ...exampleLog(),
    linkEvents: losses.flatMap(([down, up]) => [event('down', down), event('up', up)]),
    lastAt: start + 200_000,
  }
}

/** The same log without its first lines: what is not in it may have been printed. */
export function exampleExcerpt(over: Partial<DmesgFacts> = {}): DmesgFacts {
  const { fromBoot: _, ...rest } = exampleLog()
  return { ...rest, ...over }
}

/** A DOCA node as the live read sees it. */
export function exampleKernel(over: Partial<KernelFacts> = {}): KernelFacts {
  return {
    ...NO_KERNEL,
    release: '6.8.0-1030-nvidia',
    iommu: { groups: 60, types: { identity: 60 }, units: 8 },
    modules: [{ name: 'mlx5_core', outOfTree: true }],
    modulesWhole: true,
    present: ['mlx5_core', 'mlx5_ib', 'ib_core', 'ib_uverbs', 'rdma_cm', 'nvidia_peermem'],
    ofed: true,
    peermem: 'nvidia_peermem',
    lockdown: 'none',
    secureBoot: false,
    mlx5: {
      version: '24.10-0.7.0',
      srcversion: 'A1',
      file: {
        name: 'mlx5_core',
        version: '24.10-0.7.0',
        flavour: 'ofed',
        vermagicKernel: '6.8.0-1030-nvidia',
        dkms: true,
        srcversion: 'A1',
      },
    },
    nvidia: { version: '570.124.06', open: true },
    ...over,
  }
}

/** A command line that asks for nothing. */
export function exampleCmdline(over: Partial<Cmdline> = {}): Cmdline {
  return { ...parseCmdline('root=/dev/sda1 ro', true), ...over }
}

export function exampleGpu(over: Partial<Gpu> = {}): Gpu {
  return {
    ...NO_GPU,
    index: 0,
    pci: '0000:1b:00.0',
    name: 'NVIDIA B200',
    driverVersion: '570.124.06',
    memoryMib: 183359,
    pcieGen: 5,
    pcieWidth: 16,
    pcieWidthMax: 16,
    eccUncorrected: 0,
    bar1Mib: 262144,
    ...over,
  }
}

export function exampleGpus(...gpus: readonly Gpu[]): GpuFacts {
  return { gpus, failure: null, attached: gpus.length }
}

/** One GPU and one NIC with a path between them. */
export function exampleTopology(type: string, over: Partial<TopoFacts> = {}): TopoFacts {
  const near = type === 'PIX' || type === 'PXB'
  return {
    gpus: [{ name: 'GPU0', nearestNics: near ? ['mlx5_0'] : [], cpuAffinity: '0-55', numaNode: 0 }],
    nics: [{ label: 'NIC0', name: 'mlx5_0' }],
    nvlink: null,
    links: [{ from: 'GPU0', to: 'NIC0', type }],
    topologyHidden: false,
    ...over,
  }
}
