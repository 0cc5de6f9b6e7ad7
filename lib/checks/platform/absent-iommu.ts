import { check, lacking } from '@/lib/check'
import { exampleNodeState } from '@/lib/examples/functions'
import { exampleExcerpt, exampleKernel, exampleLog } from '@/lib/examples/host'

/** No IOMMU although VFs are wanted. */
export default check({
  id: 'absent-iommu',
  level: 'platform',
  title: { pass: 'The IOMMU is on', fail: 'The IOMMU is off although VFs are wanted' },
  why: 'VFs that go to pods or VMs are kept apart by the IOMMU. With VT-d or AMD-Vi off in the BIOS (or by the command line) vfio cannot bind, and creating VFs may fail.',
  refs: ['seed 003 and 004 (VT-d, AMD-Vi)', 'research/host-formats.md §9', 'kernel drivers/iommu'],
  needs: [],
  wants: ['kernel', 'dmesg', 'nodeStates'],
  anyOf: ['kernel', 'dmesg'],
  after: [],
  run({ kernel, dmesg, nodeStates }) {
    const groups = kernel?.iommu?.groups ?? null
    const disabled = dmesg?.iommu?.enabled === false
    if (groups !== null && groups > 0) return { status: 'pass', summary: `The kernel has ${groups} IOMMU groups` }
    if (groups === null && dmesg?.iommu?.enabled === true)
      return { status: 'pass', summary: `The kernel says that the ${dmesg.iommu.vendor ?? ''} IOMMU is enabled` }
    if (groups === null && !disabled) return lacking('neither IOMMU groups nor the kernel’s IOMMU messages were shown')
    const wanted = nodeStates?.length === 1 && nodeStates[0]?.specs.some((spec) => (spec.numVfs ?? 0) > 0)
    const units = kernel?.iommu?.units ?? 0
    const off = /off/.test(`${kernel?.cmdline?.intelIommu ?? ''} ${kernel?.cmdline?.iommuEffective ?? ''}`)
    const where =
      off || units > 0 || disabled ? 'switched off on the kernel command line' : 'off in the BIOS, or not offered'
    return {
      status: wanted ? 'fail' : 'warn',
      summary: `${groups === null ? 'The kernel says that the IOMMU is disabled' : '0 IOMMU groups'}: the IOMMU is ${where}${wanted ? ', and policies want VFs here' : '; whether VFs are wanted here is not known'}`,
      evidence: [
        {
          kind: 'value',
          label: 'IOMMU groups',
          value: groups ?? 'not read',
          expected: '1 or more',
          source: '/sys/kernel/iommu_groups',
          ok: false,
        },
      ],
      fix: [
        { text: 'See what the kernel found', command: "journalctl -k -b | grep -iE 'DMAR|AMD-Vi|iommu'", risk: 'none' },
        {
          text: 'Enable VT-d (Intel) or AMD-Vi (AMD) in the BIOS, or remove iommu=off / intel_iommu=off',
          risk: 'reboot',
          minutes: 15,
          verify: 'ls /sys/kernel/iommu_groups is not empty',
        },
      ],
      reason: 'absent-iommu',
      params: { by: off || units > 0 || disabled ? 'cmdline' : 'bios' },
    }
  },
  examples: [
    { name: 'groups', facts: { kernel: exampleKernel() }, status: 'pass' },
    {
      name: 'no groups, VFs wanted',
      facts: {
        kernel: exampleKernel({ iommu: { groups: 0, types: {}, units: 0 } }),
        nodeStates: [exampleNodeState(8)],
      },
      status: 'fail',
    },
    {
      name: 'no groups',
      facts: { kernel: exampleKernel({ iommu: { groups: 0, types: {}, units: 0 } }) },
      status: 'warn',
    },
    {
      name: 'the log says enabled',
      facts: {
        dmesg: { ...exampleLog(), iommu: { vendor: 'intel', enabled: true, defaultDomain: null, source: null } },
      },
      status: 'pass',
    },
    { name: 'nothing said', facts: { dmesg: exampleExcerpt() }, status: 'lacking' },
  ],
})
