import { profile } from '@/lib/profile'

/** OpenShift nodes whose pods get four SR-IOV RDMA devices. No product name tells; chosen in cairn.yaml. */
export default profile({
  id: 'openshift-4vf',
  title: 'OpenShift, four VFs per pod',
  products: [],
  rails: { value: 4, source: 'seed 001: four SR-IOV devices allocated to each pod' },
})
