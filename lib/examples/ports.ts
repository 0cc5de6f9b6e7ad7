import type { InfinibandDevice, InfinibandFacts, InfinibandPort } from '@/collectors/node/infiniband/facts'
import type { Profile } from '@/lib/profile'

/** An Active NDR port of a ConnectX-7 PF, for examples. */
export function examplePort(
  index: number,
  port: Partial<InfinibandPort> = {},
  device: Partial<InfinibandDevice> = {},
): InfinibandDevice {
  return {
    name: `mlx5_${index}`,
    type: 'MT4129',
    pci: `0000:${(0x18 + index).toString(16)}:00.0`,
    vf: false,
    ...device,
    ports: [
      {
        port: 1,
        state: 'ACTIVE',
        physicalState: 'LinkUp',
        rateGbps: 400,
        lid: 10 + index,
        smLid: 1,
        linkLayer: 'InfiniBand',
        ...port,
      },
    ],
  }
}

/** The fact `infiniband` for examples. */
export function examplePorts(...devices: readonly InfinibandDevice[]): InfinibandFacts {
  return { devices }
}

/** Two InfiniBand rails at 400 Gb/s. */
export const TWO_RAILS: Profile = {
  id: 'example',
  title: 'Example',
  products: [],
  rails: { value: 2, source: 'example' },
  railRateGbps: { value: 400, source: 'example' },
  linkLayer: { value: 'InfiniBand', source: 'example' },
}
