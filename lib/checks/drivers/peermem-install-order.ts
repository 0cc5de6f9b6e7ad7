import { findingsOf } from '@/collectors/node/dmesg/facts'
import { check } from '@/lib/check'
import { exampleExcerpt, exampleLog } from '@/lib/examples/host'
import { PEERMEM } from '@/lib/rules/fabric-modules'
import { logSilent, logVerdict } from '@/lib/rules/log-findings'

/** Peermem was built against another RDMA core: the GPU driver was installed before OFED. */
export default check({
  id: 'peermem-install-order',
  level: 'drivers',
  title: { pass: 'Peermem fits the RDMA core', fail: 'Peermem was built against another RDMA core' },
  why: 'nvidia_peermem links to symbols of ib_core. When the GPU driver was built before OFED was installed or updated, it looks for the old ones and does not load: GPUDirect RDMA is off.',
  refs: [
    'seed 004 (install order)',
    'research/host-formats.md §9',
    'nvidia open-gpu-kernel-modules kernel-open/nvidia-peermem',
  ],
  needs: ['dmesg'],
  after: [],
  run({ dmesg }) {
    const found = findingsOf(dmesg, 'unknown-symbol', 'symbol-version-mismatch').filter((each) =>
      PEERMEM.test(each.module ?? ''),
    )
    if (found.length === 0) return logSilent(dmesg, 'The kernel log holds no unresolved symbol of peermem')
    return logVerdict(found, 'warn', 'peermem-install-order', [
      {
        text: 'Rebuild or reinstall the NVIDIA GPU driver now that OFED/DOCA is installed (driver container: restart its pod)',
        command: 'dkms status',
        risk: 'drain',
        minutes: 20,
        verify: 'modprobe nvidia_peermem works',
      },
    ])
  },
  examples: [
    { name: 'loads', facts: { dmesg: exampleLog() }, status: 'pass' },
    {
      name: 'other OFED',
      facts: {
        dmesg: exampleLog({
          id: 'unknown-symbol',
          module: 'nvidia_peermem',
          symbol: 'ib_register_peer_memory_client',
          errno: -22,
        }),
      },
      status: 'warn',
    },
    { name: 'excerpt', facts: { dmesg: exampleExcerpt() }, status: 'lacking' },
  ],
})
