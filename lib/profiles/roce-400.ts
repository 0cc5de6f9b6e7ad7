import { profile } from '@/lib/profile'
import { EIGHT_RAILS, FLAP, MIN_FIRMWARE } from '@/lib/rules/profile-numbers'

/** Eight 400 Gb/s RoCE rails. No product name tells; chosen in cairn.yaml. */
export default profile({
  id: 'roce-400',
  title: 'RoCE, eight rails of 400 Gb/s',
  products: [],
  ...EIGHT_RAILS,
  linkLayer: { value: 'Ethernet', source: 'seed 003' },
  minFirmware: MIN_FIRMWARE,
  writeBw: {
    value: { hostMemory: 0.95, gpuDirect: 0.875 },
    source:
      'research/host-formats.md §12 (host memory); losslessnetwork.com: > 350 of 400 Gb/s per rail (research/peers.md §6.2)',
  },
  allReduceBusbwGBps: {
    value: { '3': 330 },
    source: 'losslessnetwork.com: about 330 GB/s at 4 GB, accepted within 15 % (research/nccl.md §4.2)',
  },
  flap: FLAP,
})
