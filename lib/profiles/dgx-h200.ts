import { profile } from '@/lib/profile'
import { BLUEFIELD_APART, EIGHT_RAILS, FLAP, INFINIBAND, MIN_FIRMWARE, WRITE_BW } from '@/lib/rules/profile-numbers'

/** DGX H200: eight H200, eight ConnectX-7 NDR rails. Whether its BMC keeps NICs powered is decided by evidence (host-formats §2.2). */
export default profile({
  id: 'dgx-h200',
  title: 'NVIDIA DGX H200',
  products: ['(?:NVIDIA )?DGX[ -]?H200(?: .*)?'],
  ...EIGHT_RAILS,
  gpuModel: { value: 'H200', source: 'product name' },
  linkLayer: INFINIBAND,
  minFirmware: MIN_FIRMWARE,
  notRails: BLUEFIELD_APART,
  writeBw: WRITE_BW,
  allReduceBusbwGBps: {
    value: { '1': 480, '2': 465, '3': 365 },
    source:
      'Azure/AI-benchmarking-guide: one node 480.0; research/nccl.md §4.1: two nodes 465 to 487; rings of more nodes 365 to 390',
  },
  flap: FLAP,
})
