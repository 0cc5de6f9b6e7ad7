import { profile } from '@/lib/profile'

/** A virtual machine: NIC firmware belongs to the host, topology may be hidden; counts are compared with the fleet only. */
export default profile({
  id: 'vm-guest',
  title: 'Virtual machine',
  products: [
    'KVM',
    'Standard PC \\(.*\\)',
    'VMware.*',
    'VirtualBox',
    'Virtual Machine',
    'HVM domU',
    'OpenStack (?:Nova|Compute)',
    'KubeVirt',
    'Google Compute Engine',
  ],
  externalBmc: {
    value: false,
    source: 'mstfwreset: "The tool is not supported on virtual machines" (research/host-formats.md §2.2)',
  },
})
