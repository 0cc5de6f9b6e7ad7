import { profile } from '@/lib/profile'
import { BLUEFIELD_APART, EIGHT_RAILS, FLAP, INFINIBAND, MIN_FIRMWARE, WRITE_BW } from '@/lib/rules/profile-numbers'

/** DGX H100: eight H100, eight ConnectX-7 NDR rails. Whether its BMC keeps NICs powered is decided by evidence (host-formats §2.2). */
export default profile({
  id: 'dgx-h100',
  title: 'NVIDIA DGX H100',
  products: ['(?:NVIDIA )?DGX[ -]?H100(?: .*)?'],
  ...EIGHT_RAILS,
  gpuModel: { value: 'H100', source: 'product name' },
  linkLayer: INFINIBAND,
  minFirmware: MIN_FIRMWARE,
  notRails: BLUEFIELD_APART,
  writeBw: WRITE_BW,
  allReduceBusbwGBps: {
    value: { '1': 479, '2': 465, '3': 365 },
    source:
      'Azure/AI-benchmarking-guide: one node 478.9; dstack nebius.md: two nodes 468.5 (465 to 487); NVIDIA/nccl-tests #309: four nodes 366',
  },
  flap: FLAP,
})
