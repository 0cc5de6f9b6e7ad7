import { check, lacking } from '@/lib/check'
import { exampleKernel } from '@/lib/examples/host'

/** The container runtime may lock little memory, and every pod inherits that. */
export default check({
  id: 'memlock-host-limit',
  level: 'kernel',
  title: {
    pass: 'The container runtime may lock memory without limit',
    fail: 'The container runtime may lock little memory',
  },
  why: 'RDMA pins memory. Pods inherit the limit of the container runtime; with 64 KiB or 8 MiB registrations fail (IBV_WC_LOC_PROT_ERR, "Cannot allocate memory") unless the pod has IPC_LOCK.',
  refs: [
    'seed 001 (memory lock limit of 8 KB)',
    'containerd.service: LimitMEMLOCK=infinity',
    'man getrlimit: RLIMIT_MEMLOCK',
  ],
  needs: ['kernel'],
  after: [],
  run({ kernel: { memlock } }) {
    if (memlock === null) return lacking('no containerd or crio process was found whose limits could be read')
    if (memlock.bytes === null)
      return { status: 'pass', summary: `Max locked memory of ${memlock.runtime} is unlimited` }
    return {
      status: 'warn',
      summary: `Max locked memory of ${memlock.runtime} is ${memlock.bytes} bytes, unlimited is wanted; pods without IPC_LOCK cannot register memory`,
      fix: [
        {
          text: 'Set LimitMEMLOCK=infinity in a drop-in of the runtime’s unit, then restart it',
          command: 'systemctl edit containerd',
          risk: 'restart-pods',
          minutes: 5,
          verify: 'ulimit -l in a pod prints unlimited',
        },
      ],
      reason: 'memlock-host-limit',
      params: { bytes: memlock.bytes },
    }
  },
  examples: [
    {
      name: 'unlimited',
      facts: { kernel: exampleKernel({ memlock: { runtime: 'containerd', bytes: null } }) },
      status: 'pass',
    },
    {
      name: '8 MiB',
      facts: { kernel: exampleKernel({ memlock: { runtime: 'containerd', bytes: 8388608 } }) },
      status: 'warn',
    },
    { name: 'no runtime', facts: { kernel: exampleKernel({ memlock: null }) }, status: 'lacking' },
  ],
})
