/** What the NVLink side of an 8-GPU system contributes to an all-reduce. */
export interface GpuClass {
  name: string
  /** Ring bus bandwidth inside a node, GB/s. */
  ringGBps: number
  /** Single-node bus bandwidth with NVLink SHARP, GB/s; null before Hopper. */
  nvlsGBps: number | null
  /** Rate of the one NIC per GPU of the reference design, Gb/s. */
  usualRailGbps: number
  source: string
}

/** nccl.md §4.1 and §4.2: measured by others; B200 extrapolated from 0.8 × one-way NVLink and one-node samples. */
const CLASSES: readonly [RegExp, GpuClass][] = [
  [
    /\bA100-SXM/,
    {
      name: 'A100',
      ringGBps: 235,
      nvlsGBps: null,
      usualRailGbps: 200,
      source: 'microsoft/superbenchmark tests/data/nccl_allreduce.log',
    },
  ],
  [
    /\bH100 (?:80GB )?(?:HBM3|SXM)/,
    {
      name: 'H100',
      ringGBps: 370,
      nvlsGBps: 480,
      usualRailGbps: 400,
      source: 'NVIDIA/nccl-tests #212; dgxc-benchmarking nccl',
    },
  ],
  [
    /\bH200\b(?! NVL)/,
    {
      name: 'H200',
      ringGBps: 370,
      nvlsGBps: 480,
      usualRailGbps: 400,
      source: 'NVIDIA/nccl-tests #212; Azure/AI-benchmarking-guide',
    },
  ],
  [
    /(?<!G)\bB200\b/,
    {
      name: 'B200',
      ringGBps: 700,
      nvlsGBps: 820,
      usualRailGbps: 400,
      source: 'dstackai/dstack clusters/lambda.md (two nodes 703)',
    },
  ],
]

/** The class of a GPU by its marketing name; null for models whose NVLink part is not known. */
export function gpuClassOf(model: string | null): GpuClass | null {
  if (model === null) return null
  return CLASSES.find(([pattern]) => pattern.test(model))?.[1] ?? null
}
