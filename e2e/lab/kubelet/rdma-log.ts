import type { RdmaTest } from '@/lib/contract/runs'
import { rdmaRounds } from '@/lib/runs/rdma-schedule'

/** What the coordinator of an RDMA run prints (`lib/runs/program/rdma.py`), with output in the layout of perftest 24 and rping. */

export interface RdmaSpec {
  nodes: readonly string[]
  rails: readonly string[]
  tests: readonly RdmaTest[]
  /** HCA of each rail in the pods. */
  hcas: readonly string[]
  /** The second rail between the first two nodes moves half of its line rate. */
  slowRail: boolean
  /** Nothing gets from the first node to the second on the first rail. */
  deadPair: boolean
}

const RULE = '-'.repeat(87)
const GPUS = ['1b', '43', '52', '61', '9d', 'c3', 'd1', 'df']

/** Lines before the first test. */
export function rdmaHead(spec: RdmaSpec): string[] {
  const { nodes, rails, tests, hcas } = spec
  return [
    'cairn: memlock unlimited, CapEff 0000000000004000',
    `cairn: node ${nodes[0]}: ${rails.length} HCAs: ${hcas.slice(0, rails.length).join(', ')}`,
    frame('plan', { version: 1, nodes, rails, tests, rounds: rdmaRounds(nodes.length) }),
  ]
}

/** One batch of steps after the other: what is said when it starts, and its sections. */
export function rdmaBatches(spec: RdmaSpec): { start: string; sections: string[] }[] {
  let step = 0
  return spec.rails.flatMap((_, rail) =>
    spec.tests.flatMap((test) =>
      rdmaRounds(spec.nodes.length).map((pairs) => {
        const named = pairs.map(([client, server]) => [spec.nodes[client] ?? '', spec.nodes[server] ?? ''] as const)
        const sections = named.flatMap(([from, to]) => {
          step += 1
          return section(spec, step - 1, test, rail, from, to)
        })
        return { start: frame('start', { test, rail, pairs: named }), sections }
      }),
    ),
  )
}

/** The last line. */
export function rdmaDone(steps: number): string {
  return frame('done', { steps, left: 0, why: null })
}

const frame = (kind: string, values: object) => `cairn-rdma: ${kind} ${JSON.stringify(values)}`

function section(spec: RdmaSpec, step: number, test: RdmaTest, rail: number, from: string, to: string): string[] {
  const isFirstPair = from === spec.nodes[0] && to === spec.nodes[1]
  const isDead = spec.deadPair && isFirstPair && rail === 0
  const isSlow = spec.slowRail && isFirstPair && rail === 1
  const end = (node: string) => ({
    node,
    device: spec.hcas[rail] ?? null,
    pci: `0000:${(0x18 + rail * 8).toString(16)}:00.2`,
    function: 'vf',
    state: 'ACTIVE',
    link: 'InfiniBand',
    rateGbps: 400,
    gpu: test === 'write-bw-gpu' ? { index: rail, pci: `0000:${GPUS[rail] ?? '00'}:00.0` } : null,
  })
  const lines = test === 'rping' ? rping(isDead) : perftest(spec, step, test, rail, isDead, isSlow)
  const exit = isDead ? 1 : 0
  return [
    frame('begin', { step, test, rail, from: end(from), to: end(to) }),
    `  # client on ${from}:`,
    ...lines.map((line) => `  ${line}`),
    frame('end', {
      step,
      skipped: false,
      why: null,
      ms: 4_200,
      client: { exit, why: null },
      server: { exit, why: null },
    }),
  ]
}

function rping(isDead: boolean): string[] {
  if (isDead)
    return ['cma event RDMA_CM_EVENT_UNREACHABLE, error -110', 'wait for CONNECTED state 4', 'connect error -1']
  const pings = Array.from(
    { length: 10 },
    (_, at) => `ping data: rdma-ping-${at}: ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_\`abcdefghijkl`,
  )
  return [...pings, 'client DISCONNECT EVENT...']
}

function perftest(
  { hcas }: RdmaSpec,
  step: number,
  test: RdmaTest,
  rail: number,
  isDead: boolean,
  isSlow: boolean,
): string[] {
  const isLatency = test === 'write-lat'
  const id = (0x100 + step).toString(16)
  const gpu = ['initializing CUDA', `Picking device No. ${rail}`, 'cuMemAlloc() of a 8388608 bytes GPU buffer']
  const address = (side: string, lid: number) =>
    ` ${side} address: LID 0x${lid.toString(16)} QPN 0x${id} PSN 0x${lid.toString(16)}${id} RKey 0x1fff00 VAddr 0x007f1d1a6ad000`
  const spread = ((step * 37) % 40) / 10
  const bandwidth = isSlow ? 203.11 : (test === 'write-bw-gpu' ? 377.2 : 388.1) + spread
  const result = isDead
    ? [' Completion with error at client', ' Failed status 12: wr_id 0 syndrom 0x81', 'scnt=128, ccnt=0']
    : isLatency
      ? [
          ` 8       5000          1.41           3.93         ${(1.5 + spread / 40).toFixed(2)}                ${(1.51 + spread / 40).toFixed(2)}             0.04            1.72                    3.93`,
        ]
      : [
          ` 1048576    ${Math.round(bandwidth * 357)}           0.00               ${bandwidth.toFixed(2)}\t\t   ${(bandwidth / 8388.608).toFixed(6)}`,
        ]
  return [
    ...(test === 'write-bw-gpu' ? gpu : []),
    RULE,
    `                    RDMA_Write ${isLatency ? 'Latency' : 'BW'} Test`,
    ` Dual-port       : OFF\t\tDevice         : ${hcas[rail] ?? 'mlx5_0'}`,
    ` Number of qps   : ${isLatency ? 1 : 4}\t\tTransport type : IB`,
    ' Connection type : RC\t\tUsing SRQ      : OFF',
    ' PCIe relax order: ON\t\tLock-free      : OFF',
    ' ibv_wr* API     : ON\t\tUsing DDP      : OFF',
    ' Mtu             : 4096[B]',
    ' Link type       : IB',
    ' Max inline data : 0[B]',
    ' rdma_cm QPs\t : OFF',
    ' Data ex. method : Ethernet',
    RULE,
    address('local', 0x1a2),
    address('remote', 0x1f4),
    RULE,
    isLatency
      ? ' #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec]'
      : ' #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]',
    ...result,
    ...(isDead ? [] : [RULE]),
  ]
}
