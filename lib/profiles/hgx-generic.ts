import { profile } from '@/lib/profile'
import { EIGHT_RAILS, FLAP, MIN_FIRMWARE, WRITE_BW } from '@/lib/rules/profile-numbers'

/** Eight-GPU HGX server of another maker: counts and rates of the reference design; the fabric is not assumed. */
export default profile({
  id: 'hgx-generic',
  title: 'HGX server, eight GPUs',
  products: ['.*\\bHGX\\b.*'],
  ...EIGHT_RAILS,
  minFirmware: MIN_FIRMWARE,
  writeBw: WRITE_BW,
  flap: FLAP,
})
