import type { Config } from '@/lib/agent/config-schema'
import type { RunKind, RunLauncher } from '@/lib/contract/runs'

type Images = Config['runs']['images']

/** Which configured image a kind of run needs. */
export function imageKey(kind: RunKind, launcher: RunLauncher): keyof Images {
  if (kind === 'rdma') return 'rdma'
  return launcher === 'mpijob' ? 'ncclTests' : 'nccl'
}

/** What each image must hold, for the person who has to name one. */
export const IMAGE_NEEDS: Readonly<Record<keyof Images, string>> = {
  nccl: 'PyTorch and NCCL',
  ncclTests: 'nccl-tests, Open MPI and sshd',
  rdma: 'perftest, rdma-core and Python 3',
}

/** Configured images under a key, the default first. */
export function imagesOf(images: Images, key: keyof Images): string[] {
  const value = images[key]
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}
