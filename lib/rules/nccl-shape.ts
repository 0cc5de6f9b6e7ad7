import type { NcclRow, Transport } from '@/collectors/run/nccl-tests/facts'
import { gpuClassOf } from '@/lib/expected/gpu-class'
import { type Expectation, GRADES, PORT_SHARE } from '@/lib/expected/nccl'
import { plateauOf, shapeOf } from '@/lib/expected/nccl-curve'

/** What numbers and curve of a run look like (nccl.md §4.5). */
export type ShapeId =
  | 'wrong-results'
  | 'incomplete'
  | 'tcp'
  | 'collapse'
  | 'latency-bound'
  | 'above-physics'
  | 'no-gdr'
  | 'one-rail'
  | 'rail-missing'
  | 'ring-not-tree'
  | 'sharp-fell-back'
  | 'half'
  | 'nvls-off'
  | 'no-nvlink'
  | 'above-line-rate'

/** A likely reason for what a run shows; a hypothesis unless the log itself said so. */
export interface ShapeFinding {
  id: ShapeId
  /** One sentence, with the numbers. */
  words: string
  /** What to look at next: what would confirm it. */
  confirm: string
  /** False where it explains a number that is no fault. */
  fault: boolean
}

/** What is known of the run besides its rows; a run result has all of it. */
export interface ShapeFacts {
  nodes: number | null
  ranks: number | null
  gpuModel: string | null
  networks: readonly string[]
  transport: Transport | null
  hosts: readonly { name: string; nicCount: number }[]
  gpuDirect: 'used' | 'unused' | 'capable' | null
  sharp: 'active' | 'failed' | 'capable' | null
  sharpRequested: boolean | null
  complete: boolean
  wrongRows: number | null
  cpuTime: boolean
}

/** The likeliest reason, what the log says before what the numbers suggest; null where there is nothing to explain. */
export function recogniseShape(
  rows: readonly NcclRow[],
  expected: Expectation | null,
  facts: ShapeFacts,
): ShapeFinding | null {
  return shapesOf(rows, expected, facts)[0] ?? null
}

/** All likely reasons, best first. */
export function shapesOf(rows: readonly NcclRow[], expected: Expectation | null, facts: ShapeFacts): ShapeFinding[] {
  const first = spoiled(facts)
  if (first) return [first]
  const curve = fromCurve(rows, facts)
  const plateau = plateauOf(rows)
  if (!plateau || facts.cpuTime) return curve
  const numbers = { value: plateau.busbwGBps, facts }
  return expected ? [...curve, ...fromRatio(numbers, expected)] : curve
}

/** Before any bandwidth: data corruption, a cut log (incomplete, not slow), and sockets, whatever the number. */
function spoiled(facts: ShapeFacts): ShapeFinding | null {
  if ((facts.wrongRows ?? 0) > 0)
    return fault(
      'wrong-results',
      `${facts.wrongRows} sizes have wrong results: bandwidth does not count`,
      'the same test on every node alone',
    )
  const sockets = facts.networks.filter((network) => /socket/i.test(network))
  if (sockets.length > 0 && facts.nodes !== 1)
    return fault(
      'tcp',
      `the ranks talk over TCP ("Using network ${sockets[0]}"), whatever the number`,
      'why the pod has no usable RDMA device: links, device nodes, port state',
    )
  if (!facts.complete)
    return fault(
      'incomplete',
      'the output ends before its footer: incomplete, not slow',
      'the rest of the log, and how the launcher ended',
    )
  return null
}

function fromCurve(rows: readonly NcclRow[], facts: ShapeFacts): ShapeFinding[] {
  const shape = facts.nodes === 1 ? null : shapeOf(rows)
  const top = Math.max(0, ...rows.map((row) => Math.max(row.outOfPlace.busbwGBps ?? 0, row.inPlace.busbwGBps ?? 0)))
  if (shape === 'tcp-like')
    return [fault('tcp', `flat at ${gb(top)} from 32 MiB on, as TCP is`, '"Using network Socket" in the NCCL log')]
  if (shape === 'collapse')
    return [
      fault(
        'collapse',
        `bandwidth collapses at large sizes after ${gb(top)}: congestion, PFC/ECN, or a starved proxy thread`,
        'pause and ECN counters of the rails while it runs',
      ),
    ]
  const plateau = plateauOf(rows)
  const largest = Math.max(0, ...rows.map((row) => row.sizeBytes))
  if (rows.length > 0 && !plateau)
    return [
      explains(
        'latency-bound',
        `the largest size is ${size(largest)}: latency decides there, the plateau was not reached`,
        'a run up to 8 GiB',
      ),
    ]
  return plateau?.rising
    ? [explains('latency-bound', `still rising at ${size(largest)}: the plateau was not reached`, 'a run up to 16 GiB')]
    : []
}

interface Numbers {
  value: number
  facts: ShapeFacts
}

function fromRatio({ value, facts }: Numbers, expected: Expectation): ShapeFinding[] {
  const { networkGBps: line, rails } = expected
  const ratio = value / expected.lowGBps
  if (impossible(value, expected))
    return [
      fault(
        'above-physics',
        `${gb(value)} is more than this hardware can carry`,
        'the header: launch times (-C 1), graph mode, and the number of ranks that busbw/algbw gives',
      ),
    ]
  if (ratio >= GRADES.ok) return line !== null && value > line * 1.03 ? [aboveLine(value, line, facts)] : []
  const found: ShapeFinding[] = [...fromLog(facts, rails, expected.basis === 'profile')]
  const add = (finding: ShapeFinding | null) => {
    if (finding && !found.some(({ id }) => id === finding.id)) found.push(finding)
  }
  if (rails !== null && line !== null) add(fromRails(value, { ratio, rails, line }, expected))
  if (facts.nodes === 2 && line !== null && expected.lowGBps > line * 1.1 && within(value, line * 0.9, line * 1.01))
    add(
      fault(
        'ring-not-tree',
        `${gb(value)} is about what the NICs carry (${Math.round(line)}): a ring ran instead of an NVLS tree`,
        'NVLS lines and NCCL_ALGO; NCCL_DEBUG_SUBSYS=TUNING',
      ),
    )
  else if (facts.nodes !== 1 && within(ratio, 0.44, 0.56) && found.every(({ id }) => id !== 'no-gdr'))
    add(
      fault(
        'half',
        `${share(ratio)} of what is expected: a rail at half rate slows the whole ring, PCIe x8 or ACS on the way, or no GPUDirect`,
        'ib_write_bw per rail; lspci LnkSta; /GDRDMA in the channel lines',
      ),
    )
  if (facts.nodes === 1) add(insideNode(value, facts))
  return found
}

/** What the log itself proves: no GPUDirect, fewer devices than rails, SHARP that fell back. */
function fromLog(facts: ShapeFacts, rails: number | null, railsAreKnown: boolean): ShapeFinding[] {
  const found: ShapeFinding[] = []
  const counts = facts.hosts.map((host) => host.nicCount)
  const fewest = counts.length > 0 ? Math.min(...counts) : null
  const short = facts.hosts.filter((host) => host.nicCount === fewest).map((host) => host.name)
  // Where the rails are only assumed, fewer of them on every host are another design; one alone, or fewer than a neighbour, are a finding.
  const tells = railsAreKnown || fewest === 1 || new Set(counts).size > 1
  if (facts.nodes !== 1 && rails !== null && fewest !== null && fewest > 0 && fewest < rails && tells)
    found.push(
      fault(
        fewest === 1 ? 'one-rail' : 'rail-missing',
        `${short.slice(0, 4).join(', ')} lists ${fewest} of ${rails} devices: the slowest node paces the ring`,
        'NCCL_IB_HCA, the VFs of the pod, and the state of their ports',
      ),
    )
  if (facts.nodes !== 1 && facts.gpuDirect === 'unused')
    found.push(
      fault(
        'no-gdr',
        'channels are staged through host memory (no GPUDirect), which costs half or more',
        'nvidia-peermem or DMA-BUF on the node; /GDRDMA in the channel lines',
      ),
    )
  if (facts.sharpRequested === true && facts.sharp === 'failed')
    found.push(fault('sharp-fell-back', 'SHARP fell back to rings', 'sharp and CollNet lines of the log'))
  return found
}

/** One rail carries its port as a ring, up to twice that as a tree of two nodes; one missing is (k-1)/k of all. */
function fromRails(
  value: number,
  run: { ratio: number; rails: number; line: number },
  expected: Expectation,
): ShapeFinding | null {
  const { ratio, rails, line } = run
  if (rails < 3) return null
  const port = line / rails
  if (within(value, (port * PORT_SHARE.low * 0.9) / PORT_SHARE.high, port * 2) && value < expected.lowGBps * 0.3)
    return fault(
      'one-rail',
      `${gb(value)} is what one rail of ${rails} carries (${Math.round(port)} GB/s as a ring, up to twice that as a tree)`,
      'count the devices of the "NET/IB : Using" line',
    )
  const missing = (rails - 1) / rails
  return within(ratio, missing * 0.96, missing * 1.04)
    ? fault(
        'rail-missing',
        `${share(ratio)} is ${rails - 1} of ${rails} rails`,
        'NICs per host; "local Net devices" lines',
      )
    : null
}

/** One node below its own NVLink. */
function insideNode(value: number, facts: ShapeFacts): ShapeFinding | null {
  const gpu = gpuClassOf(facts.gpuModel)
  if (!gpu) return null
  if (value < gpu.ringGBps * 0.3)
    return fault(
      'no-nvlink',
      `${gb(value)} is what PCIe carries, not NVLink (${gpu.ringGBps})`,
      'nvidia-smi nvlink -s; fabric manager; NCCL_P2P_DISABLE',
    )
  if (gpu.nvlsGBps !== null && within(value, gpu.ringGBps * 0.9, gpu.ringGBps * 1.05))
    return fault(
      'nvls-off',
      `${gb(value)} is a ring over NVLink (${gpu.ringGBps}), not NVLink SHARP (${gpu.nvlsGBps})`,
      'the "NVLS multicast support" lines, NCCL_NVLS_ENABLE, the fabric manager',
    )
  return null
}

/** More than the NICs carry is no error of measurement: busbw is normalised to a ring (nccl.md §1.3, §4.1). */
function aboveLine(value: number, line: number, facts: ShapeFacts): ShapeFinding {
  const how =
    facts.sharp === 'active'
      ? 'SHARP reduces in the switches, so every byte crosses the wire once'
      : facts.nodes === 2
        ? 'a tree of two nodes may reach up to 1.9 times the wire'
        : 'trees and switches send less than the ring that busbw is normalised to'
  return explains(
    'above-line-rate',
    `${gb(value)} is above the ${Math.round(line)} GB/s of the NICs, and right: ${how}`,
    'a run with NCCL_ALGO=RING measures the wire',
  )
}

/** Above twice the wire (one rank more than any algorithm saves), or a quarter above what one node reaches. */
function impossible(value: number, expected: Expectation): boolean {
  return expected.networkGBps === null ? value > expected.highGBps * 1.25 : value > expected.networkGBps * 2.05
}

function fault(id: ShapeId, words: string, confirm: string): ShapeFinding {
  return { id, words, confirm, fault: true }
}

function explains(id: ShapeId, words: string, confirm: string): ShapeFinding {
  return { id, words, confirm, fault: false }
}

function within(value: number, low: number, high: number): boolean {
  return value >= low && value <= high
}

function gb(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} GB/s`
}

function share(ratio: number): string {
  return `${Math.round(ratio * 100)} %`
}

function size(bytes: number): string {
  const units: [number, string][] = [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ]
  const [scale, unit] = units.find(([from]) => bytes >= from) ?? [1, 'B']
  return `${Math.round(bytes / scale)} ${unit}`
}
