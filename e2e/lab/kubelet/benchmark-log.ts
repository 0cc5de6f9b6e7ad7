/** What a pod of a two-node all-reduce prints, in the words of NCCL 2.27 and nccl-tests (nccl.md §1, §2); numbers follow a healthy curve. */

export interface BenchmarkSpec {
  /** Host names of the pods, in rank order. */
  hosts: readonly string[]
  gpusPerNode: number
  hcas: readonly string[]
  beginBytes: number
  endBytes: number
  iterations: number
  /** Bus bandwidth at large sizes, GB/s. */
  plateauGBps: number
  /** NCCL_ALGO, where the run sets it. */
  algorithm?: string
  /** NCCL falls back to TCP. */
  socket: boolean
}

/** Lines before the first row. */
export function headerLines(spec: BenchmarkSpec): string[] {
  return [
    `cairn: node 0 of ${spec.hosts.length}: ${spec.hosts.length > 1 ? spec.hcas.length : 0} HCAs (PCIDEVICE_*_INFO): ${spec.hcas.join(',') || 'none'}`,
    'cairn: memlock unlimited, CapEff 0000000000004000',
    '# Collective test starting: all_reduce_perf',
    `# nThread 1 nGpus 1 minBytes ${spec.beginBytes} maxBytes ${spec.endBytes} step: 2(factor) warmup iters: 5 iters: ${spec.iterations} agg iters: 1 validation: 1 graph: 0`,
    '#',
    '# Using devices',
    ...spec.hosts.flatMap((host, node) =>
      Array.from({ length: spec.gpusPerNode }, (_, gpu) => deviceLine(node * spec.gpusPerNode + gpu, host, gpu)),
    ),
    ...rankLines(spec, 0),
    '#',
    '#                                                              out-of-place                       in-place          ',
    '#       size         count      type   redop    root     time   algbw   busbw  #wrong     time   algbw   busbw  #wrong ',
    '#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)        ',
  ]
}

/** What a pod that does not hold rank 0 prints: its own NCCL lines, no table. */
export function workerLines(spec: BenchmarkSpec, node: number): string[] {
  return [
    `cairn: node ${node} of ${spec.hosts.length}: ${spec.hcas.length} HCAs (PCIDEVICE_*_INFO): ${spec.hcas.join(',')}`,
    'cairn: memlock unlimited, CapEff 0000000000004000',
    ...rankLines(spec, node),
  ]
}

/** NCCL's lines of the first rank of a node. */
function rankLines(spec: BenchmarkSpec, node: number): string[] {
  const ranks = spec.hosts.length * spec.gpusPerNode
  const host = spec.hosts[node] ?? ''
  const rank = node * spec.gpusPerNode
  const info = (text: string) => `${host}:101:101 [0] NCCL INFO ${text}`
  const net = spec.socket
    ? [
        'NET/IB : No device found.',
        'NET/Socket : Using [0]eth0:10.244.30.7<0>',
        'Initialized NET plugin Socket',
        'Using network Socket',
      ]
    : [
        `NET/IB : Using ${spec.hcas.map((hca, at) => `[${at}]${hca}:1/IB`).join(' ')} [RO]; OOB eth0:10.244.30.7<0>`,
        'Initialized NET plugin IB',
        'Using network IB',
        ...spec.hcas.map((hca, at) => `NET/IB : GPU Direct RDMA (DMABUF) enabled for HCA ${at} '${hca}`),
      ]
  const channel = spec.socket ? 'NET/Socket/0' : 'NET/IB/0/GDRDMA'
  const fabric =
    spec.hosts.length > 1
      ? [
          ...net.map(info),
          info(`Channel 00/0 : ${(rank + spec.gpusPerNode) % ranks}[0] -> ${rank}[0] [receive] via ${channel}`),
        ]
      : []
  return [
    info('Bootstrap: Using eth0:10.244.30.7<0>'),
    info('cudaDriverVersion 13000'),
    info('NCCL version 2.27.7+cuda13.0'),
    ...(spec.algorithm ? [info(`NCCL_ALGO set by environment to ${spec.algorithm}`)] : []),
    ...fabric,
    info(
      `ncclCommInitRankConfig comm 0x55d0c8a1b2c0 rank ${rank} nranks ${ranks} cudaDev 0 nvmlDev 0 busId 1b000 commId 0x5a0f6c31d27e9b44 - Init COMPLETE`,
    ),
  ]
}

function deviceLine(rank: number, host: string, gpu: number): string {
  const bus = ['1b', '43', '52', '61', '9d', 'c3', 'd1', 'df'][gpu] ?? '00'
  return `#  Rank ${String(rank).padStart(2)} Group  0 Pid ${String(100 + gpu).padStart(6)} on ${host.padStart(10)} device ${String(gpu).padStart(2)} [0000:${bus}:00] NVIDIA B200`
}

/** One row per size, growing towards the plateau as latency is amortised. */
export function rowLines(spec: BenchmarkSpec): string[] {
  const ranks = spec.hosts.length * spec.gpusPerNode
  const factor = (2 * (ranks - 1)) / ranks
  const rows: string[] = []
  for (let bytes = spec.beginBytes; bytes <= spec.endBytes; bytes *= 2) {
    const half = (share: number) => {
      const algbw = ((spec.plateauGBps * share) / factor) * (bytes / (bytes + 96 * 1024 * 1024))
      const usec = bytes / (algbw * 1_000)
      return `${time(usec)}  ${algbw.toFixed(2).padStart(6)}  ${(algbw * factor).toFixed(2).padStart(6)}  ${'0'.padStart(6)}`
    }
    rows.push(
      `${String(bytes).padStart(12)}  ${String(bytes / 4).padStart(12)}  ${'float'.padStart(8)}  ${'sum'.padStart(6)}  ${'-1'.padStart(6)}  ${half(1)}  ${half(0.997)}`,
    )
  }
  return rows
}

/** nccl-tests keeps about seven characters. */
function time(usec: number): string {
  const digits = usec < 10_000 ? 2 : usec < 100_000 ? 1 : 0
  return usec.toFixed(digits).padStart(7)
}

/** Footer over the rows above. */
export function footerLines(spec: BenchmarkSpec): string[] {
  const values = rowLines(spec).flatMap((row) => {
    const words = row.trim().split(/\s+/)
    return [Number(words[7]), Number(words[11])]
  })
  const average = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  return [
    '# Out of bounds values : 0 OK',
    `# Avg bus bandwidth    : ${average.toPrecision(6)} `,
    '#',
    '# Collective test concluded: all_reduce_perf',
  ]
}

/** A peer that does not answer any more. */
export function errorLine(spec: BenchmarkSpec): string {
  const hca = spec.hcas[0] ?? 'mlx5_0'
  return `${spec.hosts[0]}:101:233 [0] NCCL WARN NET/IB: Got completion from peer 10.244.31.7<49152> with status=12 opcode=0 len=0 vendor err 129 (Send) localGid fe80::1 remoteGid fe80::2 hca ${hca}`
}
