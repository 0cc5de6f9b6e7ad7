import type { DmesgFacts } from '@/collectors/node/dmesg/facts'
import type { KernelFacts } from '@/collectors/node/kernel/facts'
import { check, lacking } from '@/lib/check'
import { exampleExcerpt, exampleKernel, exampleLog } from '@/lib/examples/host'

/** Host DMA goes through IOMMU translation instead of passing through. */
export default check({
  id: 'iommu-passthrough-off',
  level: 'kernel',
  title: { pass: 'The IOMMU passes host DMA through', fail: 'The IOMMU translates host DMA' },
  why: 'With translation on, every DMA of a NIC or GPU is looked up in the IOMMU. GPUDirect and small messages lose speed; passthrough (iommu=pt) keeps isolation for VFs and spares the host. Real nodes run with translation, so this is a warning.',
  refs: [
    'seed 003: iommu=pt',
    'research/host-formats.md §9: check the effect, not the text',
    'kernel drivers/iommu/iommu.c',
  ],
  needs: [],
  wants: ['kernel', 'dmesg'],
  anyOf: ['kernel', 'dmesg'],
  after: [],
  run({ kernel, dmesg }) {
    if (kernel?.iommu?.groups === 0) return { status: 'skip', summary: 'The IOMMU is off: nothing is translated' }
    const seen = effect(kernel, dmesg) ?? asked(kernel)
    if (seen === null) return lacking('neither the IOMMU domain types nor iommu= on the command line tell')
    if (seen.through) return { status: 'pass', summary: seen.words }
    return {
      status: 'warn',
      summary: `${seen.words}: DMA of NICs and GPUs is translated`,
      fix: [
        {
          text: 'Add iommu=pt (with intel_iommu=on on Intel; iommu.passthrough=1 on Arm) to the kernel command line',
          risk: 'reboot',
          minutes: 15,
          verify: 'journalctl -k -b | grep "Default domain type" says Passthrough',
        },
      ],
      reason: 'iommu-translated',
      params: {},
    }
  },
  examples: [
    { name: 'identity domains', facts: { kernel: exampleKernel() }, status: 'pass' },
    {
      name: 'translated',
      facts: { kernel: exampleKernel({ iommu: { groups: 2, types: { 'DMA-FQ': 2 }, units: 1 } }) },
      status: 'warn',
    },
    {
      name: 'the log says Translated',
      facts: {
        dmesg: { ...exampleLog(), iommu: { vendor: null, enabled: null, defaultDomain: 'Translated', source: null } },
      },
      status: 'warn',
    },
    { name: 'the log says nothing', facts: { dmesg: exampleExcerpt() }, status: 'lacking' },
  ],
})

interface Seen {
  through: boolean
  words: string
}

/** What the kernel does: types of its groups, else its boot message. */
function effect(kernel: KernelFacts | undefined, dmesg: DmesgFacts | undefined): Seen | null {
  const types = Object.entries(kernel?.iommu?.types ?? {})
  const all = types.reduce((sum, [, count]) => sum + count, 0)
  if (all > 0) {
    const identity = kernel?.iommu?.types.identity ?? 0
    return {
      through: identity * 2 >= all,
      words: `${identity} of ${all} IOMMU groups pass through (${types.map(([type, count]) => `${type} ${count}`).join(', ')})`,
    }
  }
  const domain = dmesg?.iommu?.defaultDomain ?? null
  if (domain !== 'Passthrough' && domain !== 'Translated') return null
  return { through: domain === 'Passthrough', words: `The default IOMMU domain type is ${domain}` }
}

/** What the command line asks; silence there says nothing: kernels are built with either default. */
function asked(kernel: KernelFacts | undefined): Seen | null {
  const line = kernel?.cmdline
  if (!line) return null
  const last = line.iommuEffective
  const off = last === 'off' || line.intelIommu === 'off' || line.amdIommu === 'off'
  if (off) return null
  if (line.iommuPassthrough !== null)
    return {
      through: line.iommuPassthrough,
      words: `iommu.passthrough=${line.iommuPassthrough ? 1 : 0} is on the command line`,
    }
  if (last === 'pt') return { through: true, words: 'iommu=pt is on the command line' }
  return last === 'nopt' || last === 'force' ? { through: false, words: `iommu=${last} is on the command line` } : null
}
