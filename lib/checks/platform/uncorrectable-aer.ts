import { check, type Finding, lacking } from '@/lib/check'
import { exampleNic, examplePci } from '@/lib/examples/host'
import { sh } from '@/lib/shell'

/** Uncorrectable PCIe errors on a NIC, a GPU or a bridge above one. */
export default check({
  id: 'uncorrectable-aer',
  level: 'platform',
  title: { pass: 'No uncorrectable PCIe errors', fail: 'Uncorrectable PCIe errors were recorded' },
  why: 'Correctable errors are everyday life. Uncorrectable ones mean lost transactions: a card that will drop off the bus, or a slot that damages transfers.',
  refs: [
    'research/host-formats.md §8: CESta is informational, any UESta flag warns',
    'kernel Documentation/PCI/pcieaer-howto.rst: aer_dev_fatal, aer_dev_nonfatal',
  ],
  needs: ['pci'],
  after: [],
  run({ pci }) {
    const ours = pci.devices.filter((each) => each.role === 'pf' || each.role === 'gpu' || each.role === 'bridge')
    const read = ours.filter((each) => each.aerUncorrectable !== null)
    const bad = read.filter((each) => (each.aerUncorrectable ?? []).length > 0)
    if (bad.length > 0) {
      const findings = bad.map(
        (each): Finding => ({
          subject: each.pci,
          status: 'warn',
          summary: `${(each.aerUncorrectable ?? []).join(', ')} since the counters were reset`,
        }),
      )
      return {
        status: 'warn',
        summary: `${bad.length} of ${read.length} functions recorded uncorrectable PCIe errors: ${findings
          .slice(0, 4)
          .map((each) => `${each.subject} ${each.summary}`)
          .join('; ')}`,
        findings,
        fix: [
          ...bad.slice(0, 4).map((each) => ({
            text: 'See the counters since boot; do they grow?',
            command: sh`grep . /sys/bus/pci/devices/${each.pci}/aer_dev_fatal /sys/bus/pci/devices/${each.pci}/aer_dev_nonfatal`,
            risk: 'none' as const,
          })),
          {
            text: 'If they grow: drain the node, reseat or replace card, riser or cable',
            risk: 'power-cycle',
            minutes: 30,
          },
        ],
        reason: 'uncorrectable-aer',
        params: { functions: bad.length },
      }
    }
    if (ours.length === 0) return { status: 'skip', summary: 'No NIC, GPU or bridge was listed' }
    if (pci.sysfs && read.length === 0)
      return { status: 'skip', summary: 'The kernel counts no AER errors here (no aer_dev_* files)' }
    const cards = ours.filter((each) => each.role !== 'bridge')
    if ((!pci.sysfs && cards.some((each) => each.aerUncorrectable === null)) || read.length === 0)
      return lacking('not every function shows its uncorrectable errors (lspci -vvv as root, or aer_dev_* in sysfs)')
    return { status: 'pass', summary: `None of ${read.length} functions recorded an uncorrectable error` }
  },
  examples: [
    { name: 'none', facts: { pci: examplePci(exampleNic()) }, status: 'pass' },
    {
      name: 'completion timeout',
      facts: { pci: examplePci(exampleNic({ aerUncorrectable: ['CmpltTO'] })) },
      status: 'warn',
    },
    { name: 'not shown', facts: { pci: examplePci(exampleNic({ aerUncorrectable: null })) }, status: 'lacking' },
  ],
})
