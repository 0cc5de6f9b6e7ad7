import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createNcclReader } from '@/collectors/run/nccl-tests/reader'
import { type NcclRunResult, runOfCapture } from '@/collectors/run/nccl-tests/runs'
import lowBusBandwidth from '@/lib/checks/nccl/low-bus-bandwidth'
import missingRails from '@/lib/checks/nccl/missing-rails'
import errorSignature from '@/lib/checks/nccl/nccl-error-signature'
import noIbDevice from '@/lib/checks/nccl/no-ib-device'
import runIncomplete from '@/lib/checks/nccl/run-incomplete'
import sharpState from '@/lib/checks/nccl/sharp-state'
import suspectRail from '@/lib/checks/nccl/suspect-rail'
import tcpFallback from '@/lib/checks/nccl/tcp-fallback'
import wrongResults from '@/lib/checks/nccl/wrong-results'
import memlockLimit from '@/lib/checks/pod/memlock-limit'
import { toCapture } from '@/lib/explain/capture'
import { exampleRows, exampleRun } from './examples/nccl'
import { exampleProfile } from './examples/nccl-profile'

const SAMPLES = join(process.env.CAIRN_SAMPLES ?? '../shared/samples', 'nccl')
const NOBODY = { node: null, profile: null }

function runOf(text: string): NcclRunResult {
  const reader = createNcclReader()
  reader.push(text)
  return runOfCapture(reader.facts())
}
const sample = (file: string) => toCapture(readFileSync(join(SAMPLES, file), 'utf8')).text
const facts = (run: NcclRunResult) => ({ ncclRuns: { runs: [run] } })

describe.skipIf(!existsSync(SAMPLES))('verdicts on captures', () => {
  it('an average of 392 GB/s over all sizes is a healthy plateau of 714 (nccl.md §4.1)', () => {
    const run = runOf(sample('k8s-b200-sriov-sharp-2node.log'))
    expect(run.averageBusbwGBps).toBeCloseTo(391.971)
    expect(lowBusBandwidth.run(facts(run), { node: null, profile: exampleProfile(690) }).status).toBe('pass')
  })

  it('a run that ended OK although a port died is not clean', () => {
    const verdict = errorSignature.run(facts(runOf(sample('port-failover-run-still-ok.log'))), NOBODY)
    expect(verdict).toMatchObject({ status: 'warn' })
    expect(JSON.stringify(verdict)).toContain('mlx5_11')
  })

  it('side-by-side runs without MPI are no slow fabric', () => {
    const run = runOf(sample('built-without-mpi-zero-busbw.log'))
    expect(lowBusBandwidth.run(facts(run), { node: null, profile: exampleProfile(690) }).status).toBe('lacking')
    expect(runIncomplete.run(facts(run), NOBODY).status).toBe('warn')
  })

  it.each([
    'roce-retry-exceeded-hca-225.log',
    'wrong-results-one-size.log',
    'k8s-b200-sriov-sharp-2node.log',
    'mixed-net-device-counts-7-vs-8.log',
  ])('cut after any line, %s is never whole, right or fast enough', (file) => {
    const lines = sample(file).split('\n')
    const footer = lines.findIndex((line) => line.includes('Out of bounds'))
    for (let at = 0; at < (footer < 0 ? lines.length : footer); at++) {
      const run = runOf(lines.slice(0, at).join('\n'))
      for (const check of [runIncomplete, wrongResults, lowBusBandwidth, errorSignature]) {
        expect(
          check.run(facts(run), { node: null, profile: exampleProfile(1) }).status,
          `${check.id} after ${at} lines`,
        ).not.toBe('pass')
      }
    }
  })
})

describe('verdicts that a naive rule gets wrong', () => {
  it('sockets on one node are no fault, whatever the log says', () => {
    expect(
      tcpFallback.run(facts(exampleRun({ nodes: 1, networks: ['Socket'], transport: 'Socket' })), NOBODY).status,
    ).toBe('skip')
  })

  it('wrong results fail a run that is fast, complete and OK for its launcher', () => {
    const run = exampleRun({ wrongRows: 1, outcome: 'succeeded' })
    expect(wrongResults.run(facts(run), NOBODY).status).toBe('fail')
  })

  it('without a profile nothing passes or fails by bandwidth, however good or bad', () => {
    for (const plateau of [700, 350, 20]) {
      const rows = exampleRun().rows.map((row) => ({
        ...row,
        outOfPlace: { ...row.outOfPlace, busbwGBps: plateau },
        inPlace: { ...row.inPlace, busbwGBps: plateau },
      }))
      expect(['lacking', 'warn']).toContain(lowBusBandwidth.run(facts(exampleRun({ rows })), NOBODY).status)
    }
  })

  it('a per-rail run is not compared with all rails', () => {
    const rail = exampleRun({ rail: 2 })
    expect(
      lowBusBandwidth.run({ ncclRuns: { runs: [rail] } }, { node: null, profile: exampleProfile(690) }).status,
    ).toBe('lacking')
  })
})

/** Cautions of nccl.md §6 and peers.md §8, and the rules of nccl.md §0 that no other test holds. */
describe('traps', () => {
  const log = (...texts: string[]) => runOf(texts.map((text) => `w0:1:2 [0] NCCL INFO ${text}\n`).join(''))

  it('without NCCL_IB_HCA NCCL takes every device: one device alone is no proof of a wrong filter (§6)', () => {
    const one = exampleRun({
      hcasAllocatedPerPod: null,
      hosts: [{ name: 'w0', nicCount: 1 }],
      environment: [],
      channels: { gpuDirect: 8, staged: 0, socket: 0 },
    })
    expect(missingRails.run(facts(one), NOBODY).status).toBe('lacking')
    const filtered = { ...one, environment: [{ name: 'NCCL_IB_HCA', values: ['mlx5_0'] }] }
    expect(missingRails.run(facts(filtered), NOBODY).status).toBe('warn')
  })

  it('no plug-in is needed for verbs: its absence is no finding (§6, plugin.absent)', () => {
    const run = log(
      'NET/Plugin: Could not find: libnccl-net.so. Using internal network plugin.',
      'NET/IB : Using [0]mlx5_0:1/IB [RO]; OOB eth0:10.0.0.1<0>',
      'Using network IB',
    )
    expect(errorSignature.run(facts(run), NOBODY).status).toBe('lacking')
    expect(noIbDevice.run(facts(run), NOBODY).status).toBe('pass')
  })

  it('388.66 GB/s as an average is a healthy plateau; as a plateau it is a ring (§4.1, §6)', () => {
    const at = (rows: NcclRunResult['rows']) =>
      lowBusBandwidth.run(facts(exampleRun({ rows, averageBusbwGBps: 388.66 })), {
        node: null,
        profile: exampleProfile(690),
      })
    expect(at(exampleRows(700)).status).toBe('pass')
    const ring = at(exampleRows(388.66))
    expect(ring.status).toBe('fail')
    expect(JSON.stringify(ring)).toContain('a ring ran instead of an NVLS tree')
  })

  it('more than the NICs carry is right on two nodes: trees and SHARP (§0.10)', () => {
    const verdict = lowBusBandwidth.run(facts(exampleRun({ rows: exampleRows(720) })), {
      node: null,
      profile: exampleProfile(690),
    })
    expect(verdict.status).toBe('pass')
  })

  it('a threshold holds for its number of nodes: two nodes are not judged by one (peers §8.10)', () => {
    const one = exampleRun({ nodes: 1, ranks: 8, requestedNodes: ['a'], rows: exampleRows(810) })
    const context = { node: null, profile: exampleProfile(690) }
    expect(JSON.stringify(lowBusBandwidth.run(facts(one), context))).toContain('800')
    expect(JSON.stringify(lowBusBandwidth.run(facts(exampleRun()), context))).toContain('690')
  })

  it('slow first row and a dip below 16 MiB are noise; two large sizes down are not (§4.4)', () => {
    const dip = exampleRows(700).map((row, at) =>
      at === 0 || at === 3
        ? { ...row, outOfPlace: { ...row.outOfPlace, busbwGBps: 1 }, inPlace: { ...row.inPlace, busbwGBps: 1 } }
        : row,
    )
    const context = { node: null, profile: exampleProfile(690) }
    expect(lowBusBandwidth.run(facts(exampleRun({ rows: dip })), context).status).toBe('pass')
  })

  it('rows of size 0 say nothing', () => {
    const nothing = { timeUsec: 0.5, algbwGBps: 0, busbwGBps: 0, wrong: 0 }
    const rows = [{ sizeBytes: 0, outOfPlace: nothing, inPlace: nothing }, ...exampleRows(700)]
    const context = { node: null, profile: exampleProfile(690) }
    expect(lowBusBandwidth.run(facts(exampleRun({ rows })), context).status).toBe('pass')
  })

  it('an all-gather is not held to what an all-reduce reaches (§1.3)', () => {
    const gather = exampleRun({ collective: 'all_gather', rows: exampleRows(360) })
    expect(lowBusBandwidth.run(facts(gather), { node: null, profile: exampleProfile(690) }).status).toBe('lacking')
    const slow = exampleRun({ collective: 'all_gather', rows: exampleRows(44) })
    expect(lowBusBandwidth.run(facts(slow), { node: null, profile: exampleProfile(690) }).status).toBe('warn')
  })

  it('a run split by rail is not compared with all rails (NCCL_TESTS_SPLIT="MOD 8")', () => {
    const split = exampleRun({ splitGroups: 8, rows: exampleRows(47) })
    expect(lowBusBandwidth.run(facts(split), { node: null, profile: exampleProfile(690) }).status).toBe('lacking')
  })

  it('sockets fail a run that is as fast as one could wish', () => {
    const fast = exampleRun({ networks: ['Socket'], transport: 'Socket', rows: exampleRows(700) })
    expect(tcpFallback.run(facts(fast), NOBODY).status).toBe('fail')
  })

  it('a cut log is incomplete, not slow', () => {
    const cut = exampleRun({ complete: false, rows: exampleRows(40) })
    expect(lowBusBandwidth.run(facts(cut), { node: null, profile: exampleProfile(690) }).status).toBe('lacking')
  })

  it('capable of SHARP and asked for nothing is no fault; asked for and fallen back is (§0.7)', () => {
    expect(sharpState.run(facts(exampleRun({ sharp: 'capable', sharpRequested: null })), NOBODY).status).toBe('skip')
    expect(sharpState.run(facts(exampleRun({ sharp: 'failed', sharpRequested: true })), NOBODY).status).toBe('warn')
  })

  it('only what other ranks print is in this log: no node is blamed (§3.1, rule 7)', () => {
    const run = runOf(
      'node-b:1:2 [0] misc/socket.cc:58 NCCL WARN socketProgress: Connection closed by remote peer node-a<5>\n' +
        'node-b:1:2 [0] transport/net_ib.cc:1 NCCL WARN NET/IB: Got completion from peer 10.0.0.1<5> with status=5 opcode=0 len=0 vendor err 249 (Recv) hca mlx5_0\n',
    )
    const verdict = errorSignature.run(facts(run), NOBODY)
    expect(verdict).toMatchObject({ status: 'warn' })
    expect(JSON.stringify(verdict)).toContain('the first cause is in the log of another rank')
    expect(suspectRail.run(facts(run), NOBODY).status).toBe('skip')
  })

  it('an address without a family is the fault of the other side (boot.bad_family)', () => {
    const run = runOf(
      'node-a:1:2 [0] misc/socket.cc:720 NCCL WARN ncclSocketInit: connecting to address  with family 59936 is neither AF_INET(2) nor AF_INET6(10)\n',
    )
    expect(errorSignature.run(facts(run), NOBODY)).toMatchObject({ findings: [{ subject: 'a peer of node-a' }] })
  })

  it('secrets of a -J report stay out of every verdict (§0.12)', () => {
    const run = runOf('{"version": 3, "env": ["TOKEN=hunter2"], "config": {}, "results": [], "end_time": "x"}')
    expect(JSON.stringify(run)).not.toContain('hunter2')
  })
})

describe('what only hinders RDMA', () => {
  const NO_LIB = 'w:1:2 [0] NCCL INFO Failed to open libibverbs.so[.1]'
  const SOCKET = 'w:1:2 [0] NCCL INFO Using network Socket'
  const nodes = (count: number) =>
    `w:1:2 [0] NCCL INFO comm 0x1 rank 0 nRanks 8 nNodes ${count} localRanks ${8 / count} localRank 0 MNNVL 0`
  const judged = (...lines: string[]) => errorSignature.run(facts(runOf(`${lines.join('\n')}\n`)), NOBODY)

  it('is nothing on one node, an error between nodes, and a warning where NCCL does not say', () => {
    expect(judged(NO_LIB, SOCKET, nodes(1)).status).toBe('lacking')
    expect(judged(NO_LIB, SOCKET).status).toBe('warn')
    expect(judged(NO_LIB, SOCKET, nodes(2)).status).toBe('fail')
  })

  it('the built-in IB transport that finds no device is no plugin that failed; another one is', () => {
    const failed = (name: string) => `w:1:2 [0] NCCL INFO Failed to initialize NET plugin ${name}`
    expect(judged(failed('IB'), SOCKET).status).toBe('lacking')
    expect(judged(failed('IBext_v10'), SOCKET).status).toBe('warn')
    expect(judged(failed('IBext_v10'), SOCKET, nodes(1)).status).toBe('lacking')
    expect(judged('w:1:2 [0] x.cc:1 NCCL WARN Failed to initialize any NET plugin', nodes(1)).status).toBe('fail')
  })

  it('breaks no run on one node: the first cause is another line', () => {
    const failed = "w: Test NCCL failure common.cu:1199 'unhandled cuda error / '"
    expect(runOf(`${[NO_LIB, SOCKET, nodes(1), failed].join('\n')}\n`).firstCause?.signature).toBe('test.nccl_failure')
  })

  it('a device that does not open breaks a run that found no other one; before the choice nobody knows', () => {
    const closed = 'w:1:2 [0] transport/net_ib.cc:199 NCCL WARN NET/IB : Unable to open device mlx5_58'
    expect(judged(closed).status).toBe('warn')
    expect(judged(closed, SOCKET).status).toBe('fail')
  })

  it('a choice of devices is no memory that was registered', () => {
    const run = runOf(
      'w:1:2 [0] NCCL INFO NET/IB : Using [0]mlx5_0:1/IB [RO]; OOB eth0:10.0.0.1<0>\nw:1:2 [0] NCCL INFO Using network IB\n',
    )
    expect(memlockLimit.run(facts(run), NOBODY).status).toBe('lacking')
  })
})
