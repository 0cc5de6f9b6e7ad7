import { findingsOf } from '@/collectors/node/dmesg/facts'
import type { PciDevice } from '@/collectors/node/lspci/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleExcerpt, exampleLog, exampleNic, examplePci } from '@/lib/examples/host'
import { logEvidence } from '@/lib/rules/log-findings'
import { bandwidthWords, isGen6InGen5, slowLink } from '@/lib/rules/pcie-links'
import { sh } from '@/lib/shell'

/** A NIC or GPU whose PCIe link runs below what it can do. */
export default check({
  id: 'downtrained-pcie-link',
  level: 'platform',
  title: { pass: 'PCIe links run at full speed and width', fail: 'A PCIe link runs below its capability' },
  why: 'A 400 Gb/s NIC needs PCIe Gen5 x16. A link that trained at half speed or width halves every transfer over this rail, and the slowest rail sets the pace of a job.',
  refs: [
    'research/host-formats.md §8 (compare numbers; GPUs lower their speed when idle)',
    'kernel pcie_print_link_status',
  ],
  needs: [],
  wants: ['pci', 'dmesg'],
  anyOf: ['pci', 'dmesg'],
  after: [],
  run({ pci, dmesg }) {
    const judged = (pci?.devices ?? []).filter((each) => each.role === 'pf' || each.role === 'gpu')
    const slow = judged.flatMap((each) => slowLink(each, pci?.devices ?? []))
    const logged = dmesg ? findingsOf(dmesg, 'pcie-bandwidth-limited').filter((each) => each.severity !== 'info') : []
    const extra = logged.filter(
      (each) =>
        !judged.some((device) => device.pci === each.pci && device.link?.downgraded === false && slow.length === 0),
    )
    const findings = [
      ...slow,
      ...extra
        .filter((each) => !slow.some((row) => row.subject === each.pci))
        .map((each): Finding => ({ subject: each.pci ?? 'a NIC', status: 'warn', summary: bandwidthWords(each.line) })),
    ]
    if (findings.length > 0) {
      return {
        status: 'warn',
        summary: `${findings.length}${judged.length > 0 ? ` of ${judged.length}` : ''} functions: ${findings
          .slice(0, 4)
          .map((each) => `${each.subject} ${each.summary}`)
          .join('; ')}`,
        findings,
        evidence: logged.length > 0 ? [logEvidence(logged)] : [],
        fix: [
          ...findings.slice(0, 4).map((each) => ({
            text: 'Look at the link of the function and of the bridge above it',
            command: sh`lspci -D -vvv -s ${each.subject} | grep -E 'LnkCap:|LnkSta:'`,
            risk: 'none' as const,
          })),
          {
            text: 'Reseat card, riser or cable; compare BIOS slot settings with a good node',
            risk: 'power-cycle',
            minutes: 30,
          },
        ],
        reason: 'downtrained-pcie-link',
        params: { functions: findings.length },
      }
    }
    const known = judged.filter(
      (each) => each.link?.downgraded === false || isGen6InGen5(each.link) || widthHolds(each),
    )
    const told = (dmesg?.devices ?? []).filter((each) => each.pcieGbps !== null && each.pcieLimitedAt === null)
    if (judged.length > 0 && known.length < judged.length && told.length === 0)
      return lacking(
        `${judged.length - known.length} of ${judged.length} functions show no link (lspci -vvv as root, or sysfs)`,
      )
    // Of `lspci -s … | grep Lnk` nobody knows whether it is a NIC, or a GPU that is idle.
    const nameless = pci?.devices.some((each) => each.role === null) === true
    if (known.length + told.length === 0)
      return pci && judged.length === 0 && !dmesg && !nameless
        ? { status: 'skip', summary: 'No NIC and no GPU on the PCI bus' }
        : lacking('no link of a NIC or GPU was shown')
    return {
      status: 'pass',
      summary: `${known.length || told.length} links run at the speed and width of their functions`,
    }
  },
  examples: [
    { name: 'Gen5 x16', facts: { pci: examplePci(exampleNic()) }, status: 'pass' },
    {
      name: 'Gen4 x8',
      facts: {
        pci: examplePci(exampleNic({ link: { capGtps: 32, capWidth: 16, gtps: 16, width: 8, downgraded: true } })),
      },
      status: 'warn',
    },
    {
      name: 'the driver says limited',
      facts: { dmesg: exampleLog({ id: 'pcie-bandwidth-limited', severity: 'warn', pci: '0000:18:00.0' }) },
      status: 'warn',
    },
    {
      name: 'ConnectX-8 in a Gen5 slot',
      facts: {
        pci: examplePci(exampleNic({ link: { capGtps: 64, capWidth: 16, gtps: 32, width: 16, downgraded: true } })),
      },
      status: 'pass',
    },
    {
      name: 'an idle GPU at Gen1',
      facts: {
        pci: examplePci(
          exampleNic({ role: 'gpu', link: { capGtps: 32, capWidth: 16, gtps: 2.5, width: 16, downgraded: true } }),
        ),
      },
      status: 'pass',
    },
    { name: 'a function without a name', facts: { pci: examplePci(exampleNic({ role: null })) }, status: 'lacking' },
    { name: 'link not shown', facts: { pci: examplePci(exampleNic({ link: null })) }, status: 'lacking' },
    { name: 'an excerpt', facts: { dmesg: exampleExcerpt() }, status: 'lacking' },
  ],
})

/** GPUs lower their speed when idle: their width decides. */
function widthHolds({ role, link }: PciDevice): boolean {
  return role === 'gpu' && link?.width != null && link.width === link.capWidth
}
