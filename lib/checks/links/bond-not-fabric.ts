import { check } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { isBond, railsOf } from '@/lib/rules/rails'

/** Bonded RDMA devices (`mlx5_bond_0`) are storage or management, not rails. */
export default check({
  id: 'bond-not-fabric',
  level: 'links',
  title: { pass: 'Bonds are kept apart from the rails', fail: 'The only RDMA device is a bond' },
  why: 'BlueField storage and management ports appear as mlx5_bond_0. It is Active and fast enough to mislead: counted as a rail it hides a missing one, and NCCL told to use it runs over the storage network.',
  refs: ['research/host-formats.md §5 (mlx5_bond_0 of BlueField-3)'],
  needs: ['infiniband'],
  after: [],
  run({ infiniband }, { profile }) {
    if (infiniband.devices.length === 0) return { status: 'skip', summary: 'No RDMA device was seen' }
    const bonds = infiniband.devices.filter(isBond)
    if (bonds.length === 0)
      return { status: 'pass', summary: `No bond among ${infiniband.devices.length} RDMA devices` }
    const names = bonds.map(({ name }) => name).join(', ')
    const { rails, linkLayer } = railsOf(infiniband, profile)
    const others = infiniband.devices.filter((device) => !isBond(device) && device.vf !== true)
    if (rails.length > 0 || others.length > 0)
      return {
        status: 'pass',
        summary: `${names} is a bond (storage or management) and not counted among the ${rails.length} ${linkLayer} rails`,
      }
    return {
      status: 'warn',
      summary: `${names} is the only RDMA device: a bond of storage or management ports, not a fabric rail`,
      findings: bonds.map(({ name, pci }) => ({
        subject: pci ?? name,
        status: 'warn',
        summary: 'bonded device, no other RDMA device is present',
      })),
      fix: [
        {
          text: 'Look for the fabric adapters among the PCI functions',
          command: 'lspci -D -nn -d 15b3:',
          risk: 'none',
        },
      ],
      reason: 'bond-only',
    }
  },
  examples: [
    {
      name: 'rails and a bond',
      facts: {
        infiniband: examplePorts(examplePort(0), examplePort(1, { linkLayer: 'Ethernet' }, { name: 'mlx5_bond_0' })),
      },
      status: 'pass',
    },
    { name: 'no RDMA device', facts: { infiniband: examplePorts() }, status: 'skip' },
    {
      name: 'a bond alone',
      facts: { infiniband: examplePorts(examplePort(1, { linkLayer: 'Ethernet' }, { name: 'mlx5_bond_0' })) },
      status: 'warn',
    },
  ],
})
