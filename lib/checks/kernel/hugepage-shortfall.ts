import type { NodeFact } from '@/collectors/cluster/node/collector'
import { check, lacking } from '@/lib/check'
import { exampleKernel } from '@/lib/examples/host'

const PAGES = { total: 16, free: 16, pageSizeKib: 1048576, hugetlbKib: 16777216 }

/** Fewer hugepages than were asked for at boot, or kubelet offers another number than the kernel has. */
export default check({
  id: 'hugepage-shortfall',
  level: 'kernel',
  title: { pass: 'Hugepages are reserved as asked', fail: 'Hugepages are missing or kubelet does not offer them' },
  why: 'Hugepages are reserved at boot and read by kubelet when it starts. Too few, or a kubelet that was not restarted after a change, leaves pods pending with "Insufficient hugepages".',
  refs: ['research/host-formats.md §9 (hugepages)', 'kubernetes documentation: manage hugepages'],
  needs: ['kernel'],
  wants: ['nodes'],
  after: [],
  run({ kernel, nodes }) {
    const pages = kernel.hugepages
    const pool = kernel.cmdline?.hugepagePools.length === 1 ? kernel.cmdline.hugepagePools[0] : undefined
    const size = pages?.pageSizeKib ?? null
    if (!pages || pages.total === null || size === null)
      return lacking('the hugepage lines of /proc/meminfo were not shown')
    const same = pool && (pool.size === null || kib(pool.size) === size)
    const problems: string[] = []
    if (same && pages.total < pool.count)
      problems.push(`${pages.total} of ${pool.count} pages of ${size} KiB that the command line asks for`)
    const offered = nodes?.length === 1 && nodes[0] ? capacityKib(nodes[0], size) : null
    if (offered !== null && offered !== pages.total * size)
      problems.push(
        `kubelet offers ${offered / size} pages of ${size} KiB, the kernel has ${pages.total}: kubelet was not restarted`,
      )
    if (problems.length > 0)
      return {
        status: 'warn',
        summary: problems.join('; '),
        fix: [
          { text: 'See what the kernel has', command: 'grep -i huge /proc/meminfo', risk: 'none' },
          {
            text: 'Restart kubelet; where pages are missing, reserve them at boot (memory is fragmented later)',
            command: 'systemctl restart kubelet',
            risk: 'config',
            minutes: 2,
            verify: 'allocatable hugepages of the node equal the kernel’s',
          },
        ],
        reason: 'hugepage-shortfall',
        params: { have: pages.total, sizeKib: size },
      }
    if (pages.total === 0 && !pool)
      return { status: 'skip', summary: 'No hugepages are reserved and none are asked for at boot' }
    return {
      status: 'pass',
      summary: `${pages.total} pages of ${size} KiB, ${pages.free ?? '?'} free${same ? `; ${pool.count} asked for at boot` : ''}`,
    }
  },
  examples: [
    { name: 'reserved', facts: { kernel: exampleKernel({ hugepages: PAGES }) }, status: 'pass' },
    {
      name: 'fewer than asked',
      facts: {
        kernel: exampleKernel({
          hugepages: { ...PAGES, total: 12 },
          cmdline: {
            hugepageSize: '1G',
            hugepages: 16,
            hugepagePools: [{ size: '1G', count: 16 }],
            iommu: [],
            iommuEffective: null,
            iommuPassthrough: null,
            intelIommu: null,
            amdIommu: null,
            pci: [],
            isolcpus: null,
            nohzFull: null,
            initArgs: [],
          },
        }),
      },
      status: 'warn',
    },
    { name: 'not shown', facts: { kernel: exampleKernel() }, status: 'lacking' },
  ],
})

/** `1G`, `2M` in KiB. */
function kib(size: string): number | null {
  const match = /^(\d{1,6})([KMG])$/i.exec(size)
  const unit = { K: 1, M: 1024, G: 1024 * 1024 }[match?.[2]?.toUpperCase() ?? '']
  return match && unit ? Number(match[1]) * unit : null
}

function capacityKib(node: NodeFact, size: number): number | null {
  const name = size >= 1024 * 1024 ? `hugepages-${size / 1024 / 1024}Gi` : `hugepages-${size / 1024}Mi`
  const bytes = node.resources.find((each) => each.name === name)?.capacity ?? null
  return bytes === null ? null : bytes / 1024
}
