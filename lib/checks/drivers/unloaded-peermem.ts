import { check, lacking } from '@/lib/check'
import { exampleKernel, exampleNic, examplePci } from '@/lib/examples/host'
import { majorMinor, older } from '@/lib/versions'

const GPU = exampleNic({ pci: '0000:1b:00.0', role: 'gpu', id: '10de:2901', driver: 'nvidia', linkLayer: null })
/** Since this kernel, NICs may use DMA-BUF of the open GPU modules instead of peermem. */
const DMA_BUF: readonly [number, number] = [5, 12]

/** Neither peermem nor DMA-BUF lets NICs reach GPU memory. */
export default check({
  id: 'unloaded-peermem',
  level: 'drivers',
  title: { pass: 'NICs can reach GPU memory', fail: 'NICs cannot reach GPU memory' },
  why: 'Without nvidia_peermem or DMA-BUF every transfer is copied through host memory: about half the bandwidth, with no error anywhere.',
  refs: [
    'seed 004',
    'research/host-formats.md §9: peermem absent is no failure with DMA-BUF (open modules, kernel 5.12 or later)',
    'research/peers.md §6.1 (#1 bug)',
  ],
  needs: ['kernel'],
  wants: ['pci'],
  after: ['missing-module'],
  run({ kernel, pci }) {
    if (pci && pci.complete !== false && !pci.devices.some((each) => each.role === 'gpu'))
      return { status: 'skip', summary: 'No GPU on the PCI bus' }
    const loaded =
      kernel.peermem ?? kernel.present?.find((name) => name === 'nvidia_peermem' || name === 'nv_peer_mem') ?? null
    if (loaded !== null) return { status: 'pass', summary: `${loaded} is loaded` }
    if (kernel.modules === null || !kernel.modulesWhole)
      return lacking('peermem is not in this list of modules, which may be filtered')
    if (!kernel.modules.some((each) => each.name === 'nvidia'))
      return { status: 'skip', summary: 'The NVIDIA driver is not loaded' }
    const release = majorMinor(kernel.release ?? '')
    const recent = release !== null && !older(release, DMA_BUF)
    if (kernel.nvidia?.open === true && recent)
      return {
        status: 'pass',
        summary: `No peermem, but DMA-BUF works: open GPU modules ${kernel.nvidia.version ?? ''} on kernel ${kernel.release}`,
      }
    if (kernel.nvidia?.open === undefined || kernel.nvidia.open === null)
      return lacking('peermem is not loaded, and whether the GPU modules are the open ones (DMA-BUF) is not known')
    return {
      status: 'warn',
      summary: `nvidia_peermem is not loaded, and ${kernel.nvidia.open ? `kernel ${kernel.release} is older than 5.12` : 'the GPU modules are the closed ones'}: no GPUDirect RDMA`,
      fix: [
        {
          text: 'Load it, and at every boot',
          command: 'modprobe nvidia_peermem && echo nvidia_peermem > /etc/modules-load.d/nvidia-peermem.conf',
          risk: 'config',
          minutes: 1,
          verify: 'grep nvidia_peermem /proc/modules',
        },
        {
          text: 'In Kubernetes: driver.rdma.enabled=true in the GPU operator’s ClusterPolicy, or open kernel modules (DMA-BUF)',
          risk: 'restart-pods',
        },
      ],
      reason: 'no-peermem',
      params: { open: kernel.nvidia.open },
    }
  },
  examples: [
    { name: 'loaded', facts: { kernel: exampleKernel(), pci: examplePci(GPU) }, status: 'pass' },
    {
      name: 'closed modules, no peermem',
      facts: {
        kernel: exampleKernel({
          peermem: null,
          present: ['mlx5_core'],
          modules: [{ name: 'nvidia', outOfTree: true }],
          nvidia: { version: '550.54.15', open: false },
        }),
      },
      status: 'warn',
    },
    {
      name: 'a filtered list',
      facts: { kernel: exampleKernel({ peermem: null, present: null, modulesWhole: false }) },
      status: 'lacking',
    },
    { name: 'no GPU', facts: { kernel: exampleKernel({ peermem: null }), pci: examplePci() }, status: 'skip' },
  ],
})
