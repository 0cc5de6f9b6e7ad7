import { profile } from '@/lib/profile'
import { BLUEFIELD_APART, EIGHT_RAILS, FLAP, INFINIBAND, MIN_FIRMWARE, WRITE_BW } from '@/lib/rules/profile-numbers'

/** DGX B200: eight B200, eight ConnectX-7 NDR rails, NICs powered by an external BMC. */
export default profile({
  id: 'dgx-b200',
  title: 'NVIDIA DGX B200',
  products: ['(?:NVIDIA )?DGX[ -]?B200(?: .*)?'],
  ...EIGHT_RAILS,
  gpuModel: { value: 'B200', source: 'product name' },
  linkLayer: INFINIBAND,
  vfsPerPf: { value: 8, source: 'seed 000 and 002: numVfs 8' },
  minFirmware: MIN_FIRMWARE,
  notRails: BLUEFIELD_APART,
  externalBmc: {
    value: true,
    source:
      'Mellanox/network-operator-docs nic-fw-configuration "Platforms with external BMC" (research/host-formats.md §2.2)',
  },
  writeBw: WRITE_BW,
  allReduceBusbwGBps: {
    value: { '2': 680, '3': 365 },
    source:
      'research/nccl.md §4.1: two nodes 680 to 705 (dstack lambda.md 702.9, gcp.md 683.5); rings of more nodes 365 to 390',
  },
  flap: FLAP,
})
