import type { ManifestInput } from '../manifest-input'

/** Two DGX nodes with two rails, for tests. */
export function exampleManifest(work: Partial<ManifestInput['work']> = {}): ManifestInput {
  return {
    runId: 'abcdefghjk',
    namespace: 'cairn-runs',
    work: {
      kind: 'nccl',
      launcher: 'job',
      collective: 'all_reduce',
      algorithm: 'auto',
      beginBytes: 1024 ** 2,
      endBytes: 8 * 1024 ** 3,
      iterations: 20,
      ...work,
    } as ManifestInput['work'],
    nodes: ['dgx030', 'dgx031'],
    hostnames: ['dgx030.cluster', 'dgx031.cluster'],
    gpusPerNode: 8,
    rails: [
      { resource: 'nvidia.com/resibp24s0', network: 'default/ibp24s0' },
      { resource: 'nvidia.com/resibp64s0', network: 'default/ibp64s0' },
    ],
    shared: null,
    image: `nvcr.io/nvidia/pytorch@sha256:${'5b'.repeat(32)}`,
    deadlineSec: 900,
    priorityClass: 'cairn-benchmark',
    files: { 'collective.py': 'print("hello")\n', 'entry.sh': '#!/bin/sh\nexec true\n' },
  }
}
