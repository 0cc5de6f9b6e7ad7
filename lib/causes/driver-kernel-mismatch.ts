import { cause } from '@/lib/cause'
import { stepsOf } from '@/lib/rules/explained'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'driver-kernel-mismatch',
  'missing-module',
  'unbound-driver',
  'driver-origin',
  'unloaded-peermem',
  'fewer-ports',
  'missing-vfs',
  'zero-allocatable',
  'missing-resource',
] as const

/** The NIC driver does not load because it was built for another kernel. */
export default cause({
  id: 'driver-kernel-mismatch',
  title: 'The NIC driver was built for another kernel',
  level: 'drivers',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 92,
  why: 'After a kernel upgrade the old driver package no longer fits. Its modules do not load, so there is no RDMA device, no VF and no resource, and every layer above fails for lack of it.',
  refs: ['seed 002 (strlcpy on 6.8)', 'research/host-formats.md §9'],
  match({ verdicts }) {
    const mismatch = failing(verdicts, 'driver-kernel-mismatch')
    if (!mismatch) return null
    return {
      summary: `The NIC driver does not load because it was built for another kernel (${mismatch.summary}): install the driver release for this kernel`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: stepsOf(mismatch, [
        { text: 'Install the driver release that supports this kernel', risk: 'reboot', minutes: 30 },
      ]),
      params: { modules: String(mismatch.params?.modules ?? '') },
    }
  },
  examples: [
    {
      name: 'unknown symbol, no module',
      verdicts: [
        failed('driver-kernel-mismatch', 'drivers', 'mlx5_ib: Unknown symbol strlcpy'),
        failed('missing-module', 'drivers', 'mlx5_ib not loaded'),
      ],
      matches: true,
    },
    {
      name: 'module missing for another reason',
      verdicts: [failed('missing-module', 'drivers', 'mlx5_ib not loaded')],
      matches: false,
    },
    { name: 'fine', verdicts: [passed('driver-kernel-mismatch', 'drivers')], matches: false },
  ],
})
