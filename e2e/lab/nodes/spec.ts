/** A simulated node, as data: everything its files and tools will say. Lab repairs change it; the tree is then written again. */
export interface NodeSpec {
  name: string
  /** Loopback address its sshd answers on. */
  address: string
  product: string
  vendor: string
  kernel: string
  os: string
  machineId: string
  bootId: string
  /** Seconds since boot, as /proc/uptime says. */
  uptimeSec: number
  rails: readonly RailSpec[]
  /** Text of tools by name of the capture file, e.g. `nvidia-smi-q`; a tool without text is not installed. */
  tools: Readonly<Record<string, string>>
}

/** One east-west NIC (PF). */
export interface RailSpec {
  pci: string
  rdma: string
  netdev: string
  numa: number
  /** ConnectX-7: 1021. */
  device: string
  psid: string
  firmware: string
  rateGbps: number
  speed: string
  state: 'ACTIVE' | 'INIT' | 'DOWN'
  physical: 'LinkUp' | 'Polling' | 'Disabled'
  linkLayer: 'InfiniBand' | 'Ethernet'
  lid: number
  smLid: number
  guid: string
  /** NUM_OF_VFS in force and at next boot: only a firmware restart makes them equal. */
  vfsNow: number
  vfsNext: number
  vfs: readonly VfSpec[]
}

export interface VfSpec {
  pci: string
  rdma: string
  netdev: string
  guid: string
  driver: string
}

/** PCI addresses of the eight rails of a DGX B200, as in the seed incident (samples/recorded/11). */
const RAIL_PCI = [
  '0000:18:00.0',
  '0000:40:00.0',
  '0000:4f:00.0',
  '0000:5e:00.0',
  '0000:9a:00.0',
  '0000:c0:00.0',
  '0000:ce:00.0',
  '0000:dc:00.0',
]

export interface B200Options {
  name: string
  address: string
  number: number
  vfsNow: number
  vfsNext: number
  vfsCreated: number
}

/** A DGX B200: eight ConnectX-7 rails at 400 Gb/s NDR. */
export function dgxB200(options: B200Options): NodeSpec {
  const id = options.number.toString(16).padStart(4, '0')
  return {
    name: options.name,
    address: options.address,
    product: 'DGXB200',
    vendor: 'NVIDIA',
    kernel: '6.8.0-1030-nvidia',
    os: 'Ubuntu 24.04.2 LTS',
    machineId: `d6c2b200${id.repeat(6)}`,
    bootId: `b2000001-0000-4000-8000-${id.padStart(12, '0')}`,
    uptimeSec: 172_800,
    rails: RAIL_PCI.map((pci, at) => rail(pci, at, options)),
    tools: {},
  }
}

function rail(pci: string, at: number, options: B200Options): RailSpec {
  const bus = pci.slice(5, 7)
  const busNumber = Number.parseInt(bus, 16)
  const serial = (options.number * 16 + at).toString(16).padStart(4, '0')
  const guid = `a088:c203:00${serial.slice(0, 2)}:${serial.slice(2)}e0`
  return {
    pci,
    rdma: `mlx5_${at < 4 ? at : at + 2}`,
    netdev: `ibp${busNumber}s0`,
    numa: at < 4 ? 0 : 1,
    device: '0x1021',
    psid: 'MT_0000000834',
    firmware: '28.43.2026',
    rateGbps: 400,
    speed: '4X NDR',
    state: 'ACTIVE',
    physical: 'LinkUp',
    linkLayer: 'InfiniBand',
    lid: 100 + options.number * 8 + at,
    smLid: 1,
    guid,
    vfsNow: options.vfsNow,
    vfsNext: options.vfsNext,
    vfs: makeVfs({ pci, at, bus: busNumber, serial }, options.vfsCreated),
  }
}

/** VFs 1…n of a PF; RDMA numbers follow the PFs', as the kernel gives them. */
export function makeVfs(of: { pci: string; at: number; bus: number; serial: string }, count: number): VfSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    pci: `${of.pci.slice(0, 8)}00.${index + 1 < 8 ? index + 1 : 0}`.replace(/00\.0$/, '01.0'),
    rdma: `mlx5_${16 + of.at * 8 + index}`,
    netdev: `ibp${of.bus}s0v${index}`,
    guid: `a088:c203:00${of.serial.slice(0, 2)}:${of.serial.slice(2)}${(0xe1 + index).toString(16)}`,
    driver: 'mlx5_core',
  }))
}

/** The same node with other VFs created on each rail. */
export function withVfs(spec: NodeSpec, count: number, number: number): NodeSpec {
  return {
    ...spec,
    rails: spec.rails.map((each, at) => ({
      ...each,
      vfs: makeVfs(
        {
          pci: each.pci,
          at,
          bus: Number.parseInt(each.pci.slice(5, 7), 16),
          serial: (number * 16 + at).toString(16).padStart(4, '0'),
        },
        count,
      ),
    })),
  }
}
