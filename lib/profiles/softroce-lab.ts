import { profile } from '@/lib/profile'

/** Software RDMA (rxe) on ordinary Ethernet: proves the path, says nothing of speed. Chosen in cairn.yaml. */
export default profile({
  id: 'softroce-lab',
  title: 'SoftRoCE lab',
  products: [],
  gpus: { value: 0, source: 'seed 004: for testing and hosts without an HCA' },
  rails: { value: 0, source: 'seed 004: an rxe device is no rail' },
  linkLayer: { value: 'Ethernet', source: 'seed 004: rdma link add rxe0 type rxe netdev eth0' },
})
