import { isMellanox } from '@/collectors/node/lspci/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleKernel, exampleNic, examplePci } from '@/lib/examples/host'
import { NEEDED_MODULES } from '@/lib/rules/fabric-modules'
import { sh } from '@/lib/shell'

/** A kernel module of the RDMA stack is not loaded. */
export default check({
  id: 'missing-module',
  level: 'drivers',
  title: { pass: 'The RDMA kernel modules are loaded', fail: 'An RDMA kernel module is not loaded' },
  why: 'mlx5_core drives the card, mlx5_ib makes the RDMA device, ib_uverbs lets programs use it, rdma_cm connects. Without one of them no pod can use a VF.',
  refs: ['research/host-formats.md §9 (modules)', 'linux-rdma/rdma-core'],
  needs: ['kernel'],
  wants: ['pci'],
  after: ['driver-kernel-mismatch'],
  run({ kernel, pci }) {
    if (pci && pci.complete !== false && !pci.devices.some((each) => each.role === 'pf' && isMellanox(each)))
      return { status: 'skip', summary: 'No NVIDIA/Mellanox PF on the PCI bus' }
    const names = new Set([...(kernel.present ?? []), ...(kernel.modules ?? []).map((each) => each.name)])
    if (kernel.modules === null && kernel.present === null) return lacking('the list of modules was not shown')
    // rdma_ucm pulls rdma_cm in; lists made by hand name one of the two.
    if (names.has('rdma_ucm')) names.add('rdma_cm')
    const missing = NEEDED_MODULES.filter((name) => !names.has(name))
    if (missing.length === 0) return { status: 'pass', summary: `${NEEDED_MODULES.join(', ')} are loaded` }
    if (!kernel.modulesWhole)
      return lacking(
        `${missing.join(', ')} are not in this list, which may be filtered; compilers may also have built them in`,
      )
    return {
      status: 'fail',
      summary: `${missing.join(', ')} not loaded; ${NEEDED_MODULES.length - missing.length} of ${NEEDED_MODULES.length} needed modules are`,
      findings: missing.map((name): Finding => ({ subject: name, status: 'fail', summary: 'not loaded' })),
      fix: missing.map((name) => ({
        text: 'Load it and see what it says',
        command: sh`modprobe ${name}; journalctl -k -n 20`,
        risk: 'config' as const,
        verify: sh`ls -d /sys/module/${name}`,
      })),
      reason: 'missing-module',
      params: { modules: missing.join(',') },
    }
  },
  examples: [
    { name: 'all loaded', facts: { kernel: exampleKernel(), pci: examplePci(exampleNic()) }, status: 'pass' },
    {
      name: 'mlx5_ib missing',
      facts: { kernel: exampleKernel({ present: ['mlx5_core', 'ib_uverbs', 'rdma_cm'] }) },
      status: 'fail',
    },
    {
      name: 'a filtered list',
      facts: { kernel: exampleKernel({ present: null, modulesWhole: false }) },
      status: 'lacking',
    },
    { name: 'no NIC', facts: { kernel: exampleKernel(), pci: examplePci() }, status: 'skip' },
  ],
})
