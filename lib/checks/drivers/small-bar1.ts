import { gpuLabel } from '@/collectors/node/nvidia-smi-csv/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleGpu, exampleGpus } from '@/lib/examples/host'

/** BAR1 smaller than the GPU memory. */
export default check({
  id: 'small-bar1',
  level: 'drivers',
  title: { pass: 'BAR1 covers the GPU memory', fail: 'BAR1 is smaller than the GPU memory' },
  why: 'A NIC reaches GPU memory through BAR1. A BAR1 of 256 MiB (large BAR off in the BIOS) leaves GPUDirect RDMA with a keyhole.',
  refs: ['research/host-formats.md §11: total ≥ FB total (H100 80 GB shows 131072 MiB)'],
  needs: ['gpus'],
  after: ['gpu-driver-fault'],
  run({ gpus }) {
    if (gpus.gpus.length === 0)
      return gpus.failure
        ? lacking('nvidia-smi listed no GPU')
        : { status: 'skip', summary: 'No NVIDIA GPU on this node' }
    // What a vGPU has is its profile's choice, not the BIOS's.
    if (gpus.gpus.every((gpu) => /^vgpu$/i.test(gpu.virtualization ?? '')))
      return { status: 'skip', summary: 'Only vGPUs: their BAR1 is a slice that the host gives' }
    const known = gpus.gpus.filter((gpu) => gpu.bar1Mib !== null && gpu.bar1Mib !== undefined && gpu.memoryMib !== null)
    const small = known.filter((gpu) => (gpu.bar1Mib ?? 0) < (gpu.memoryMib ?? 0))
    if (small.length > 0)
      return {
        status: 'warn',
        summary: `${small.length} of ${gpus.gpus.length} GPUs: BAR1 ${small[0]?.bar1Mib} MiB, memory ${small[0]?.memoryMib} MiB`,
        findings: small.map(
          (gpu): Finding => ({
            subject: gpuLabel(gpu),
            status: 'warn',
            summary: `BAR1 ${gpu.bar1Mib} MiB of ${gpu.memoryMib} MiB memory`,
          }),
        ),
        fix: [
          {
            text: 'Enable "Above 4G decoding" and resizable or large BAR in the BIOS',
            risk: 'reboot',
            minutes: 20,
            verify: 'nvidia-smi -q -d MEMORY shows BAR1 Total of at least FB Total',
          },
        ],
        reason: 'small-bar1',
        params: { bar1Mib: small[0]?.bar1Mib ?? 0 },
      }
    if (known.length < gpus.gpus.length)
      return lacking(
        `${gpus.gpus.length - known.length} of ${gpus.gpus.length} GPUs do not show BAR1 and memory (nvidia-smi -q -d MEMORY)`,
      )
    return {
      status: 'pass',
      summary: `BAR1 of ${known.length} GPUs is ${known[0]?.bar1Mib} MiB for ${known[0]?.memoryMib} MiB memory`,
    }
  },
  examples: [
    { name: 'large', facts: { gpus: exampleGpus(exampleGpu()) }, status: 'pass' },
    { name: '256 MiB', facts: { gpus: exampleGpus(exampleGpu({ bar1Mib: 256 })) }, status: 'warn' },
    {
      name: 'a vGPU',
      facts: { gpus: exampleGpus(exampleGpu({ bar1Mib: 256, virtualization: 'VGPU' })) },
      status: 'skip',
    },
    { name: 'not shown', facts: { gpus: exampleGpus(exampleGpu({ bar1Mib: null })) }, status: 'lacking' },
  ],
})
