import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['nccl-hca-mismatch', 'no-ib-device', 'missing-rails', 'tcp-fallback', 'low-bus-bandwidth'] as const

/** NCCL_IB_HCA leaves out devices that the pod has. */
export default cause({
  id: 'nccl-hca-filter',
  title: 'NCCL_IB_HCA filters the pod’s devices out',
  level: 'pod',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 65,
  why: 'Device numbers of VFs differ between nodes and pods. A list of mlx5_N copied from another node matches some rails or none, and NCCL falls back to TCP or to fewer rails.',
  refs: ['research/k8s-formats.md §17', 'research/peers.md §8.4'],
  match(input) {
    const source = faulty(input, 'nccl-hca-mismatch')
    if (!source) return null
    return {
      summary: `NCCL does not use all rails because ${source.summary}: drop NCCL_IB_HCA or set it to the prefix mlx5`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(source, [{ text: 'Drop NCCL_IB_HCA from the pod template', risk: 'restart-pods' }]),
      params: {},
    }
  },
  examples: [
    {
      name: 'names of another node',
      verdicts: [
        failed('nccl-hca-mismatch', 'pod', 'NCCL_IB_HCA=mlx5_0 takes 0 of 8', { status: 'warn' }),
        failed('tcp-fallback', 'nccl', 'Socket'),
      ],
      matches: true,
    },
    { name: 'not set', verdicts: [failed('tcp-fallback', 'nccl', 'Socket')], matches: false },
  ],
})
