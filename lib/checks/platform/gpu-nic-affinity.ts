import { check, type Finding, lacking } from '@/lib/check'
import { exampleTopology } from '@/lib/examples/host'

/** Every GPU has a NIC on its own PCIe switch. */
export default check({
  id: 'gpu-nic-affinity',
  level: 'platform',
  title: { pass: 'Every GPU has a NIC on its PCIe switch', fail: 'A GPU has no NIC on its PCIe switch' },
  why: 'GPUDirect RDMA is fast when GPU and NIC share a PCIe switch (PIX, PXB). Over the CPU (PHB, NODE) or the other socket (SYS) bandwidth falls to a fraction.',
  refs: ['research/host-formats.md §11 (gpudirect-affinity)', 'nvidia-smi topo -m legend'],
  needs: ['gpuTopology'],
  after: ['missing-device'],
  run({ gpuTopology: topo }) {
    if (topo.gpus.length === 0) return { status: 'skip', summary: 'No GPU on this node' }
    if (topo.topologyHidden === true)
      return { status: 'skip', summary: 'Every GPU–NIC path reads PHB: a virtual machine that hides the PCIe tree' }
    if (topo.nics.length === 0) return lacking('nvidia-smi lists no NIC: no RDMA device was loaded when it ran')
    // A GPU on NVLink-C2C has no PCIe switch to share: its CPU's own root ports (NODE) are as near as a NIC can be.
    const local = topo.gpus.filter(
      (gpu) =>
        gpu.memoryNumaNode !== undefined &&
        gpu.nearestNics?.length === 0 &&
        topo.links.some(
          (link) => link.from === gpu.name && !/^GPU\d/.test(link.to) && /^(?:PHB|NODE)$/.test(link.type ?? ''),
        ),
    )
    const far = topo.gpus.filter(
      (gpu) => gpu.nearestNics !== null && gpu.nearestNics.length === 0 && !local.includes(gpu),
    )
    if (far.length > 0) {
      const findings = far.map((gpu): Finding => {
        const paths = [
          ...new Set(
            topo.links.filter((link) => link.from === gpu.name && !/^GPU\d/.test(link.to)).map((link) => link.type),
          ),
        ]
        return { subject: gpu.name, status: 'warn', summary: `reaches NICs only by ${paths.join(', ')}` }
      })
      return {
        status: 'warn',
        summary: `${far.length} of ${topo.gpus.length} GPUs have no NIC at PIX or PXB: ${findings
          .slice(0, 4)
          .map((each) => `${each.subject} ${each.summary}`)
          .join('; ')}`,
        findings,
        fix: [
          { text: 'See the matrix', command: 'nvidia-smi topo -m', risk: 'none' },
          { text: 'Compare with a good node of the same model: a missing NIC, or one in another slot', risk: 'none' },
        ],
        reason: 'gpu-nic-affinity',
        params: { gpus: far.length },
      }
    }
    const open = topo.gpus.filter((gpu) => gpu.nearestNics === null)
    if (open.length > 0)
      return lacking(`${open.map((gpu) => gpu.name).join(', ')}: cells of the matrix or NIC names are missing`)
    return {
      status: 'pass',
      summary: `${topo.gpus.length} of ${topo.gpus.length} GPUs have a NIC ${local.length > 0 ? 'on their own CPU (NVLink-C2C)' : 'at PIX or PXB'}`,
    }
  },
  examples: [
    { name: 'PIX', facts: { gpuTopology: exampleTopology('PIX') }, status: 'pass' },
    { name: 'other socket', facts: { gpuTopology: exampleTopology('SYS') }, status: 'warn' },
    {
      name: 'Grace: the NIC hangs on the CPU',
      facts: {
        gpuTopology: exampleTopology('NODE', {
          gpus: [{ name: 'GPU0', nearestNics: [], cpuAffinity: '0-71', numaNode: null, memoryNumaNode: 1 }],
        }),
      },
      status: 'pass',
    },
    { name: 'hidden', facts: { gpuTopology: exampleTopology('PHB', { topologyHidden: true }) }, status: 'skip' },
    { name: 'no NIC listed', facts: { gpuTopology: exampleTopology('PIX', { nics: [] }) }, status: 'lacking' },
  ],
})
