import { findingsOf } from '@/collectors/node/dmesg/facts'
import { check } from '@/lib/check'
import { exampleExcerpt, exampleLog } from '@/lib/examples/host'
import { logSilent, logVerdict } from '@/lib/rules/log-findings'

/** The BIOS left too little MMIO space for the BARs of the VFs. */
export default check({
  id: 'mmio-exhausted',
  level: 'platform',
  title: { pass: 'PCI memory space suffices for VFs', fail: 'Too little PCI memory space for VFs' },
  why: 'Each VF needs room for its BAR. When the BIOS leaves too little, the kernel refuses to create VFs with ENOMEM, whatever firmware and operator want.',
  refs: ['kernel drivers/pci/iov.c: "not enough MMIO resources for SR-IOV"', 'research/host-formats.md §7, §9'],
  needs: ['dmesg'],
  after: [],
  run({ dmesg }) {
    const found = findingsOf(dmesg, 'sriov-no-mmio')
    if (found.length === 0) return logSilent(dmesg, 'The kernel log holds no "not enough MMIO resources for SR-IOV"')
    return logVerdict(found, 'fail', 'mmio-exhausted', [
      {
        text: 'Raise the 64-bit MMIO size in the BIOS ("Above 4G decoding", "MMIO high size"), or add pci=realloc to the kernel command line',
        risk: 'reboot',
        minutes: 20,
        verify: 'writing sriov_numvfs succeeds',
      },
      { text: 'Or ask for fewer VFs: each needs a BAR', risk: 'config' },
    ])
  },
  examples: [
    { name: 'no such message', facts: { dmesg: exampleLog() }, status: 'pass' },
    {
      name: 'refused',
      facts: { dmesg: exampleLog({ id: 'sriov-no-mmio', pci: '0000:18:00.0' }) },
      status: 'fail',
    },
    { name: 'an excerpt', facts: { dmesg: exampleExcerpt() }, status: 'lacking' },
  ],
})
