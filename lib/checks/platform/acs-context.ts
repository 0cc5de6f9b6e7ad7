import { check, type Finding } from '@/lib/check'
import { exampleNic, examplePci } from '@/lib/examples/host'

const BRIDGE = exampleNic({
  pci: '0000:17:01.0',
  role: 'bridge',
  id: null,
  name: 'Broadcom / LSI PEX890xx PCIe Gen 5 Switch',
})

/** ACS redirection on switch ports, explained for both uses; never plain red. */
export default check({
  id: 'acs-context',
  level: 'platform',
  title: {
    pass: 'ACS leaves GPU–NIC traffic on its switch',
    fail: 'ACS sends GPU–NIC traffic through the root complex',
  },
  why: 'Two uses want opposite things. VFs in VMs need ACS for isolation; GPUDirect on bare metal wants request and completion redirection off on the switch between GPU and NIC, or peer-to-peer traffic goes through the CPU.',
  refs: [
    'research/peers.md §8.3',
    'research/host-formats.md §8',
    'NVIDIA NCCL documentation: troubleshooting, PCI Access Control Services',
  ],
  needs: ['pci'],
  after: [],
  run({ pci }, { profile }) {
    const shown = pci.devices.filter((each) => each.role === 'bridge' && each.acsEnabled !== null)
    if (shown.length === 0)
      return { status: 'skip', summary: 'No switch port shows its ACS flags (lspci -vvv as root prints them)' }
    const redirect = shown.filter((each) =>
      (each.acsEnabled ?? []).some((flag) => flag === 'ReqRedir' || flag === 'CmpltRedir'),
    )
    if (redirect.length === 0)
      return { status: 'pass', summary: `${shown.length} switch ports redirect nothing: GPU and NIC talk directly` }
    if (profile?.id === 'vm-guest')
      return { status: 'pass', summary: `${redirect.length} ports redirect, as a virtual machine needs for isolation` }
    return {
      status: 'warn',
      summary: `${redirect.length} of ${shown.length} switch ports have ACS redirection on: right for VFs in VMs, slow for GPUDirect on bare metal`,
      findings: redirect.map(
        (each): Finding => ({
          subject: each.pci,
          status: 'warn',
          summary: `ACSCtl has ${(each.acsEnabled ?? []).join(', ')}`,
        }),
      ),
      fix: [
        {
          text: 'If no VM uses VFs here: switch ACS off in the BIOS (or the IOMMU to passthrough with ACS disabled by the vendor’s script)',
          risk: 'reboot',
          minutes: 20,
          verify: 'lspci -vvv shows ReqRedir- CmpltRedir- on these ports',
        },
      ],
      reason: 'acs-redirect',
      params: { ports: redirect.length },
    }
  },
  examples: [
    { name: 'all off', facts: { pci: examplePci({ ...BRIDGE, acsEnabled: [] }) }, status: 'pass' },
    {
      name: 'redirection on',
      facts: { pci: examplePci({ ...BRIDGE, acsEnabled: ['SrcValid', 'ReqRedir', 'CmpltRedir'] }) },
      status: 'warn',
    },
    { name: 'not shown', facts: { pci: examplePci(BRIDGE) }, status: 'skip' },
  ],
})
