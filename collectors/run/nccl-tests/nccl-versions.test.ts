import { describe, expect, it } from 'vitest'
import { matchSignatures } from '@/collectors/run/nccl-log/match'
import { toCapture } from '@/lib/explain/capture'
import type { NcclFacts } from './facts'
import format from './format'
import { createNcclReader } from './reader'

function read(...lines: readonly string[]): NcclFacts {
  const reader = createNcclReader()
  reader.push(`${lines.join('\n')}\n`)
  return reader.facts()
}

const ids = (facts: NcclFacts) => facts.signatures.map((hit) => hit.id)
const UNMEASURED = { timeUsec: null, algbwGBps: null, busbwGBps: null, wrong: null }

/** Each printed as the source of that version prints it (src/common.cu, src/util.cu of nccl-tests and rccl-tests). */
describe('tables by version and flag', () => {
  const PLACES =
    '#                                                              out-of-place                       in-place          '
  const HEAD =
    '#       size         count      type   redop    root     time   algbw   busbw  #wrong     time   algbw   busbw  #wrong '

  it('rccl-tests -O 0 measures in place only: nothing was measured out of place', () => {
    const facts = read(
      'rccl-tests: Version develop:448c4c7',
      '#                                                    in-place          ',
      '#       size         count      type   redop    root     time   algbw   busbw #wrong',
      '  1073741824     268435456     float     sum      -1   6003.6  178.85  312.99      0',
    )
    expect(facts).toMatchObject({ library: 'rccl', wrongRows: 0, maxBusbwGBps: 312.99 })
    expect(facts.rows[0]).toEqual({
      sizeBytes: 1073741824,
      outOfPlace: UNMEASURED,
      inPlace: { timeUsec: 6003.6, algbwGBps: 178.85, busbwGBps: 312.99, wrong: 0 },
    })
  })

  it('broadcast of 1.0 measures out of place only, in milliseconds, also where the row itself cannot tell', () => {
    const facts = read(
      '# NCCL Tests compiled with NCCL 2.3',
      '#                                    out-of-place',
      '#      bytes             N    type    root     time  algbw  busbw      res',
      '        2048           512   float       0    0.037   0.04   0.04    0e+00',
    )
    expect(facts.rows).toEqual([
      {
        sizeBytes: 2048,
        outOfPlace: { timeUsec: 37, algbwGBps: 0.04, busbwGBps: 0.04, wrong: null },
        inPlace: UNMEASURED,
      },
    ])
  })

  it('-S adds a column to the header too; it belongs to neither half', () => {
    const facts = read(
      PLACES,
      `${HEAD}          timestamp`,
      '  1073741824     268435456     float     sum      -1  5405.10  198.65  198.65       0  5398.80  198.89  198.89       0  2026-01-20 03:02:41',
    )
    expect(facts).toMatchObject({ partialRows: 0, validated: true, wrongRows: 0 })
    expect(facts.rows[0]?.inPlace.busbwGBps).toBe(198.89)
  })

  it('old rccl-tests mark an error above its threshold with an asterisk', () => {
    const facts = read(
      '# nThread: 1 nGpus: 8 minBytes: 8 maxBytes: 1073741824 step: 2(factor) warmupIters: 5 iters: 20 validation: 1 ',
      '#       size         count      type   redop     time   algbw   busbw  error     time   algbw   busbw  error',
      '  1073741824     268435456     float     sum   6003.6  178.85  312.99  5e-01*  6003.6  178.85  312.99  0e+00',
    )
    expect(facts).toMatchObject({ partialRows: 0, wrongRows: null, requested: { maxBytes: 1073741824, warmup: 5 } })
    expect(facts.rows).toHaveLength(1)
  })

  it('alltoall in place is N/A though the run was validated', () => {
    const facts = read(
      PLACES,
      HEAD,
      '    33554432       2097152    double    none      -1  1286.53   26.08   13.04       0  1274.91   26.32   13.16    N/A',
    )
    expect(facts).toMatchObject({ validated: true, wrongRows: 0, ranksFromRatio: 2 })
    expect(facts.rows[0]?.inPlace.wrong).toBeNull()
  })

  it('the program may be called all_reduce_perf_mpi', () => {
    expect(read('# Collective test starting: all_reduce_perf_mpi', PLACES).collective).toBe('all_reduce')
    expect(read('# Collective test starting: reduce_scatter_perf', PLACES).collective).toBe('reduce_scatter')
  })

  it('with -C 1 the time is the launch: rows are not inconsistent for it', () => {
    const facts = read(
      PLACES,
      HEAD.replaceAll('   time ', 'cputime '),
      '  1073741824     268435456     float     sum      -1    12.10  198.65  372.47       0    11.80  198.89  372.92       0',
    )
    expect(facts).toMatchObject({ cpuTime: true, ranksFromRatio: null })
    expect(ids(facts)).not.toContain('derived.row_inconsistent')
  })

  it('hypercube counts (n-1)/n of the size: that is its definition, no contradiction', () => {
    const facts = read(
      PLACES,
      HEAD,
      '  1073741824      33554432     float    none      -1  2326.96  403.73  403.73       0  2326.96  403.73  403.73       0',
    )
    expect(ids(facts)).not.toContain('derived.row_inconsistent')
  })

  it('a bandwidth of 0.00 never makes milliseconds of a time', () => {
    const row =
      '         256            32     float    none      -1    35.28    0.00    0.00       0    35.28    0.00    0.00       0'
    expect(read(PLACES, HEAD, row).rows[0]?.outOfPlace.timeUsec).toBe(35.28)
    expect(read(row).rows[0]?.outOfPlace.timeUsec).toBe(35.28)
  })

  const run = (program: string, ranks: number) => [
    `# Collective test starting: ${program}`,
    '# Using devices',
    ...Array.from(
      { length: ranks },
      (_, rank) => `#  Rank ${rank} Group  0 Pid 10 on h${rank} device  0 [0000:1b:00] NVIDIA H200`,
    ),
    '#',
    PLACES,
    HEAD,
    '  1073741824     268435456     float     sum      -1  5405.10  198.65  198.65       0  5398.80  198.89  198.89       0',
    '# Out of bounds values : 0 OK',
    '# Avg bus bandwidth    : 198.77 ',
  ]

  it('several collectives in one capture have no common name; equal ones have', () => {
    expect(read(...run('all_reduce_perf', 2), ...run('alltoall_perf', 2))).toMatchObject({
      collective: null,
      ranks: 2,
      runs: 2,
    })
    expect(read(...run('all_reduce_perf', 2), ...run('all_reduce_perf', 2)).collective).toBe('all_reduce')
  })

  it('runs of different sizes have no common number of ranks', () => {
    expect(read(...run('all_reduce_perf', 2), ...run('all_reduce_perf', 4))).toMatchObject({
      ranks: null,
      nodes: null,
      ranksAtLeast: null,
    })
  })

  it('AMD GPUs run RCCL, also where its name was cut off', () => {
    const list = ['# Using devices', '#   Rank  0 Pid 806883 on host device  0 [0000:05:00.0] AMD Instinct MI300X']
    expect(read(...list, '#').library).toBe('rccl')
    expect(read('# Using devices', '#', PLACES).library).toBe('nccl')
  })

  it('NCCL_TESTS_SPLIT makes groups, and the table is that of one', () => {
    const rank = (n: number, group: number) =>
      `#  Rank  ${n} Group  ${group} Pid   2100 on h${n % 2} device  0 [0000:1b:00] NVIDIA H200`
    const split = read('# Using devices', rank(0, 0), rank(1, 1), rank(2, 0), rank(3, 1), '#', PLACES)
    expect(split).toMatchObject({ ranks: 4, nodes: 2, splitGroups: 2 })
    expect(read('# Using devices', rank(0, 0), rank(1, 0), '#', PLACES).splitGroups).toBeNull()
  })

  it('a few bytes are 0.00 GB/s on any system; a rank without a peer is 0.00 at every size', () => {
    const tiny =
      '           8             2     float     sum      -1    30.10    0.00    0.00       0    29.80    0.00    0.00       0'
    const alone =
      '  1073741824     268435456     float     sum      -1  1405.10  764.20    0.00       0     0.80 1342177    0.00       0'
    expect(ids(read(PLACES, HEAD, tiny))).not.toContain('derived.zero_busbw')
    expect(ids(read(PLACES, HEAD, tiny, alone))).toContain('derived.zero_busbw')
  })

  it('two runs over two networks are no mixed network; ranks of one are', () => {
    const over = (network: string, host: string) => `${host}:1:2 [0] NCCL INFO Using network ${network}`
    const two = read(over('IB', 'a'), ...run('all_reduce_perf', 2), over('Socket', 'a'), ...run('all_reduce_perf', 2))
    expect(ids(two)).not.toContain('derived.mixed_network')
    expect(ids(read(over('IB', 'a'), over('Socket', 'b')))).toContain('derived.mixed_network')
  })
})

/** Format strings of NVIDIA/nccl by tag; the number is the version that prints it. */
describe('log lines by version', () => {
  it.each<[string, string, string]>([
    [
      '2.15',
      'boot.connect_failed',
      'include/socket.h:403 NCCL WARN Net : Connect to 10.148.3.247<56821> failed : Connection refused',
    ],
    ['2.23', 'boot.connect_failed', 'misc/socket.cc:5 NCCL WARN socketStartConnect: exceeded retries (20000)'],
    [
      '2.27',
      'boot.connect_failed',
      'misc/socket.cc:5 NCCL WARN socketPollConnect: connect to 10.0.0.1<5> returned Connection refused, exceeded error retry count after 35 attempts',
    ],
    ['2.27', 'boot.wrong_magic', 'misc/socket.cc:5 NCCL WARN socketFinalizeAccept from 10.0.0.1<5>: wrong type 3 != 4'],
    ['2.16', 'boot.wrong_magic', 'misc/socket.cc:5 NCCL WARN socketFinalizeAccept: wrong magic 1 != 2'],
    [
      '2.29.7',
      'ib.port_failover',
      'transport/net_ib/p2p_resiliency.cc:312 NCCL WARN NET/IB: ncclIbResiliencyHandle: Device 3 marked as failed. (send comm=0x7f)',
    ],
    [
      '2.30.7',
      'ib.port_failover',
      'transport/net_ib/p2p_resiliency.cc:376 NCCL WARN NET/IB: Device 3 marked as failed. Initiating recovery? yes (send comm=0x7f, outstandingRecovery=1)',
    ],
    [
      '2.20',
      'merge.incompatible',
      "transport/net_ib.cc:9 NCCL WARN NET/IB : Can't merge net devices with different link_layer. i=1 remMeta.ndevs=2 link_layer=1 rem_link_layer=2",
    ],
    [
      '2.24',
      'merge.incompatible',
      'transport/net_ib.cc:9 NCCL WARN NET/IB : Trying to merge multiple devices together with different link_layer properties mlx5_0 -> 1, mlx5_1 -> 2. Try only selecting NICs with one type of link using NCCL_IB_HCA',
    ],
    [
      '2.25',
      'mnnvl.imex',
      'mnnvl.cc:9 NCCL WARN MNNVL (cliqueSize 18) is available but not supported on this system. Check the IMEX configuration.',
    ],
    ['2.17', 'cuda.fault', "enqueue.cc:9 NCCL WARN Cuda failure 'uncorrectable ECC error encountered'"],
    ['2.17', 'cuda.not_permitted', "transport/p2p.cc:9 NCCL WARN Cuda failure 'operation not permitted'"],
    ['2.21', 'gdr.disabled_hca', 'NCCL INFO GPU Direct RDMA Disabled for GPU 1b000 / HCA a0000 (distance 8 > 5)'],
    [
      '2.26',
      'gdr.enabled_hca',
      'NCCL INFO GPU Direct RDMA Enabled for GPU 0 / HCA 0 (distance 4 <= 5), read 1 mode Default',
    ],
    ['2.13', 'plugin.symbol_missing', 'NCCL INFO NET/Plugin: Failed to find ncclCollNetPlugin symbol (v4 or v5).'],
    ['2.27', 'net.plugin.assigned', 'NCCL INFO Assigned NET plugin AWS Libfabric to comm'],
    ['2.28.9', 'msg.truncated', 'bootstrap.cc:9 NCCL WARN Message truncated : received 8,4 bytes instead of 8,8'],
    ['2.23', 'async.gid_change', 'transport/net_ib.cc:9 NCCL WARN NET/IB : mlx5_0:1 unknown event type (18)'],
    ['2.23', 'boot.sysfail', 'misc/socket.cc:9 NCCL WARN Call to socket failed: Too many open files'],
    ['2.15', 'boot.sysfail', 'misc/socket.cc:9 NCCL WARN Call to socket failed : Too many open files'],
    [
      '2.30',
      'verbs.query_failed',
      'include/ibvwrap.h:80 (wrap_ibv_post_send) NCCL WARN ibv_post_send() failed with error Cannot allocate memory',
    ],
    ['2.8', 'verbs.query_failed', 'include/ibvwrap.h:80 NCCL WARN Call to ibv_poll_cq() returned -1'],
    [
      '2.3',
      'wc.retry_exceeded',
      'transport/net_ib.cc:9 NCCL WARN NET/IB : Got completion with error 12, opcode 1, len 32640, vendor err 129',
    ],
    [
      '2.28.9',
      'wc.local_prot',
      'transport/net_ib.cc:9 NCCL WARN NET/IB: Got completion from peer 1.2.3.4<1> with status=IBV_WC_LOC_PROT_ERR(4) opcode=IBV_WC_SEND(0) reqSize=1 vendor_err=81 req_type=Send hca mlx5_1',
    ],
  ])('%s prints %s', (_version, id, line) => {
    expect(matchSignatures(`h:1:2 [0] ${line}`).map((signature) => signature.id)).toContain(id)
  })

  it.each<[string, string]>([
    [
      'boot.connect_failed',
      'NCCL INFO socketPollConnect: connect to 10.0.0.1<5> returned Connection refused, retrying (1/34) after sleep for 100 msec',
    ],
    ['async.gid_change', 'transport/net_ib.cc:9 NCCL WARN NET/IB : mlx5_0:1 unknown event type (99)'],
    ['ib.port_failover', 'NCCL INFO NET/IB: ncclIbResiliency: Device 3 was already marked as failed.'],
    ['verbs.lib_missing', 'NCCL INFO Count not open libibverbs.so'],
  ])('%s is not: %s', (id, line) => {
    expect(matchSignatures(`h:1:2 [0] ${line}`).map((signature) => signature.id)).not.toContain(id)
  })

  it('a rail without number but with a plane leaves two colons (2.30)', () => {
    const facts = read(
      'h:1:2 [0] NCCL INFO NET/IB : Using [0]mlx5_0:1::1/RoCE [1]mlx5_1:1:2:0/RoCE [RO]; OOB eth0:10.0.0.1<0>',
    )
    expect(facts.nics.map(({ device, port, linkLayer }) => `${device} ${port} ${linkLayer}`)).toEqual([
      'mlx5_0 1 RoCE',
      'mlx5_1 1 RoCE',
    ])
  })

  it('the distance line says that GPUDirect is possible, not that it is used', () => {
    const facts = read(
      'h:1:2 [0] NCCL INFO GPU Direct RDMA Enabled for GPU 0 / HCA 0 (distance 4 <= 5), read 1 mode Default',
    )
    expect(facts.gpuDirect).toBe('capable')
  })

  it('ibv_modify_qp that is tried again is no fatal error yet (2.24)', () => {
    const call =
      'Call to ibv_modify_qp failed with 110 Connection timed out, on dev mlx5_3:1, curr state INIT, next state RTR, local GID index 3, local GID ::ffff:10.0.0.1, remote GID ::ffff:10.0.1.1'
    const severity = (line: string) =>
      read(line).signatures.find((hit) => hit.id === 'verbs.modify_qp.timeout')?.severity
    expect(severity(`h:1:2 [0] NCCL INFO ${call}, retrying 1/34 after 100 msec of sleep`)).toBe('warn')
    expect(severity(`h:1:2 [0] misc/ibvwrap.cc:301 NCCL WARN ${call}`)).toBe('fatal')
  })

  it('NVLS that NCCL can do without is no fatal error; forced NVLS is', () => {
    const bind =
      "Failed to bind NVLink SHARP (NVLS) Multicast memory of size 67108864 : CUDA error 401 'the operation cannot be performed in the present state'."
    const severity = (line: string) => read(line).signatures.find((hit) => hit.id === 'nvls.bind_failed')?.severity
    expect(severity(`h:1:2 [0] NCCL INFO ${bind} Proceeding without NVLS support.`)).toBe('warn')
    expect(severity(`h:1:2 [0] transport/nvls.cc:284 NCCL WARN ${bind}`)).toBe('fatal')
  })
})

describe('first cause (nccl.md §3.1)', () => {
  const using = (host: string, ip: string) =>
    `${host}:1:2 [0] NCCL INFO NET/IB : Using [0]mlx5_0:1/RoCE [RO]; OOB eth0:${ip}<0>`
  const lost = (host: string, peer: string, more = '') =>
    `${more}${host}:1:2 [0] transport/net_ib.cc:1238 NCCL WARN NET/IB: Got completion from peer ${peer}<37948> with status=12 opcode=0 len=0 vendor err 129 (Send) hca mlx5_5`

  it('is the earliest by its own time, not by the order of the files', () => {
    const facts = read(
      lost('host-b', '10.0.0.7', '[2026-03-01 10:05:12] '),
      lost('host-c', '10.0.0.8', '[2026-03-01 10:05:02] '),
    )
    expect(facts.firstCause).toMatchObject({ host: 'host-c', peer: '10.0.0.8' })
  })

  it('takes the time of a log collector where NCCL prints none, zones included', () => {
    const facts = read(
      lost('host-b', '10.0.0.7', '[pod/w-1/nccl] 2026-03-01T10:05:12.5Z '),
      lost('host-c', '10.0.0.8', '2026-03-01T12:05:11.9+02:00 stderr F '),
    )
    expect(facts.firstCause?.host).toBe('host-c')
  })

  it('a GPU fault ten minutes after the fabric error is its aftermath', () => {
    const fault = "gpu-c:1:2 [3] include/alloc.h:22 NCCL WARN Cuda failure 719 'unspecified launch failure'"
    const error = lost('host-b', '10.0.0.7', '[2026-03-01 10:05:02] ')
    expect(read(`[2026-03-01 10:15:02] ${fault}`, error).firstCause?.signature).toBe('wc.retry_exceeded')
    expect(read(`[2026-03-01 10:05:01] ${fault}`, error).firstCause?.signature).toBe('cuda.fault')
    expect(read(fault, error).firstCause?.signature).toBe('cuda.fault')
  })

  it('several hosts that lose one peer point at that peer; one host does not', () => {
    const heads = [using('host-a', '10.0.0.1'), using('host-b', '10.0.0.2'), using('host-c', '10.0.0.3')]
    expect(read(...heads, lost('host-a', '10.0.0.3'), lost('host-b', '10.0.0.3')).firstCause?.blamed).toBe('host-c')
    expect(read(...heads, lost('host-a', '10.0.0.3')).firstCause?.blamed).toBeNull()
    expect(read(...heads, lost('host-a', '10.0.0.3'), lost('host-b', '10.0.0.1')).firstCause?.blamed).toBeNull()
  })

  it('a completion about the other side points at it', () => {
    const remote = (status: number) =>
      read(
        using('host-a', '10.0.0.1'),
        using('host-c', '10.0.0.3'),
        lost('host-a', '10.0.0.3').replace('status=12', `status=${status}`),
      )
    expect(remote(10).firstCause).toMatchObject({ signature: 'wc.remote_access', blamed: 'host-c' })
    expect(remote(13).firstCause).toMatchObject({ signature: 'wc.rnr_retry', blamed: 'host-c' })
    expect(remote(4).firstCause).toMatchObject({ signature: 'wc.local_prot', blamed: null })
  })

  it("another pod's device that does not open is noise where others do", () => {
    const closed = 'host-a:1:2 [0] transport/net_ib.cc:30 NCCL WARN NET/IB : Unable to open device mlx5_58'
    expect(read(using('host-a', '10.0.0.1'), closed, lost('host-a', '10.0.0.3')).firstCause?.signature).toBe(
      'wc.retry_exceeded',
    )
    expect(read(closed).firstCause?.signature).toBe('verbs.open_failed')
  })

  it('the rank that has no interface comes before those that wait for it', () => {
    const facts = read(
      'trainer0:1:2 [0] misc/socket.cc:585 NCCL WARN ncclSocketInit: connecting to address  with family 0 is neither AF_INET(2) nor AF_INET6(10)',
      'trainer1:1:2 [0] misc/socket.cc:577 NCCL WARN socketPollConnect: connect to 10.0.0.4<5> returned Connection refused, exceeded error retry count after 35 attempts',
      'trainer3:1:2 [0] bootstrap.cc:126 NCCL WARN Bootstrap : no socket interface found',
    )
    expect(facts.firstCause).toMatchObject({ signature: 'boot.no_iface', host: 'trainer3' })
  })

  it('a warning that stops nothing comes after the error that does', () => {
    const facts = read(
      'host-a:1:2 [0] NCCL INFO NCCL_IB_DISABLE set by environment to 1.',
      'host-a:1:2 [0] NCCL INFO Failed to initialize NET plugin IBext_v10',
      'host-a:1:2 [0] graph/paths.cc:396 NCCL WARN P2P is disabled between NVLINK connected GPUs 0 and 1.',
      'host-a:1:2 [0] misc/shmutils.cc:72 NCCL WARN Error: failed to extend /dev/shm/nccl-abc to 9637892 bytes',
    )
    expect(facts.firstCause?.signature).toBe('shm.enospc')
  })

  it('an event of one queue pair is no fault of the whole adapter', () => {
    const facts = read(
      'host-b:1:2 [0] transport/net_ib.cc:9 NCCL WARN NET/IB : mlx5_3:1 async fatal event on QP (0x7f): local access violation work queue error',
      'host-a:1:2 [0] transport/net_ib.cc:9 NCCL WARN NET/IB : mlx5_0:1 Got async error event: port error',
    )
    expect(facts.firstCause?.signature).toBe('async.port_error')
  })

  it('"remote process exited" alone says that the first cause is elsewhere', () => {
    const facts = read(
      "cnode2-016: Test NCCL failure alltoall.cu:274 'remote process exited or there was a network error / '",
    )
    expect(facts.firstCause).toBeNull()
    expect(ids(facts)).toEqual(expect.arrayContaining(['test.nccl_failure', 'boot.remote_error']))
    expect(read("h: Test NCCL failure common.cu:958 'unhandled system error / '").firstCause?.signature).toBe(
      'test.nccl_failure',
    )
  })
})

describe('reports of rccl-tests (-x FILE -Z json)', () => {
  const record = (size: number, inPlace: number, more: object = {}) =>
    JSON.stringify({
      numCycle: 0,
      name: 'AllReduce',
      nodes: 2,
      ranks: 16,
      ranksPerNode: 8,
      gpusPerRank: 1,
      size,
      type: 'float',
      redop: 'sum',
      inPlace,
      time: 47488.0,
      algBw: 180.88,
      busBw: inPlace ? 338 : 339.15,
      wrong: '0',
      ...more,
    })
  const report = (...records: string[]) => `[\n${records.join(',\n')}\n]\n`

  it('two records make a row', () => {
    const text = report(
      record(1024, 0),
      record(1024, 1),
      record(2048, 0, { wrong: 'N/A' }),
      record(2048, 1, { wrong: '3' }),
    )
    expect(format.recognise(toCapture(text))).toBeGreaterThan(90)
    const { facts } = format.parse(toCapture(text))
    expect(facts).toMatchObject({
      form: 'json',
      library: 'rccl',
      collective: 'all_reduce',
      ranks: 16,
      nodes: 2,
      wrongRows: 1,
      validated: true,
      complete: true,
      averageBusbwGBps: null,
    })
    expect(facts?.rows).toEqual([
      {
        sizeBytes: 1024,
        outOfPlace: { timeUsec: 47488, algbwGBps: 180.88, busbwGBps: 339.15, wrong: 0 },
        inPlace: { timeUsec: 47488, algbwGBps: 180.88, busbwGBps: 338, wrong: 0 },
      },
      {
        sizeBytes: 2048,
        outOfPlace: { timeUsec: 47488, algbwGBps: 180.88, busbwGBps: 339.15, wrong: null },
        inPlace: { timeUsec: 47488, algbwGBps: 180.88, busbwGBps: 338, wrong: 3 },
      },
    ])
  })

  it('cut, it is incomplete and keeps its whole records', () => {
    const { facts, reason } = format.parse(toCapture(report(record(1024, 0), record(1024, 1)).slice(0, -60)))
    expect(facts).toMatchObject({ complete: false, jsonValid: false })
    expect(facts?.rows[0]?.outOfPlace.busbwGBps).toBe(339.15)
    expect(reason?.code).toBe('cut')
  })
})

describe('captures without a table', () => {
  const read = (text: string) => {
    const capture = toCapture(text)
    return format.recognise(capture) < 30 ? null : format.parse(capture).facts
  }

  it.each([
    [
      "E0704 nccl_communicator.cc:128] NCCL operation x(a) failed. Last NCCL warning(error) log entry 'Bootstrap : no socket interface found'.",
      'boot.no_iface',
    ],
    [
      '[Rank 3] Watchdog caught collective operation timeout: WorkNCCL(OpType=ALLREDUCE, Timeout(ms)=1800000) ran',
      'torch.watchdog',
    ],
    ['ssh: Could not resolve hostname nccl-worker-1.nccl.default.svc: Name or service not known', 'mpi.dns'],
    ['include/shm.h:28 NCCL WARN Call to posix_fallocate failed: No space left on device', 'shm.enospc'],
    ['h:1:2 [0] NCCL INFO RAS declaring peer 10.0.0.9<28028> as DEAD; rasDeadPeersHash 0x1f', 'ras.dead_or_missing'],
  ])('%s', (line, id) => {
    expect(read(`${line}\n`)).toMatchObject({ form: 'log', signatures: [{ id }] })
  })

  it("a host that is no worker of a job is another tool's", () => {
    expect(read('ssh: Could not resolve hostname gpu-07: Name or service not known\n')).toBeNull()
  })

  it('the last error of a -J report is a line like any other; an empty one is none', () => {
    const report = (error: string) =>
      JSON.stringify({
        version: 3,
        nccl_version: 22907,
        config: { warmup_iters: 1 },
        results: [],
        errors: [error],
        end_time: 'x',
      })
    const text = 'NET/IB: Got completion from peer 10.0.0.2<1> with status=IBV_WC_RETRY_EXC_ERR(12) hca mlx5_1'
    expect(read(report(text))).toMatchObject({
      signatures: [{ id: 'wc.retry_exceeded', severity: 'fatal', line: text }],
    })
    expect(read(report(''))).toMatchObject({ signatures: [] })
  })

  it('NCCL 2.7 numbers the interface of its bootstrap: the peer of an error is named all the same', () => {
    const facts = read(
      [
        'a:1:2 [0] NCCL INFO Bootstrap : Using [0]eth0:10.0.0.1<0>',
        'b:1:2 [0] NCCL INFO Bootstrap : Using [0]eth0:10.0.0.2<0>',
        'a:1:2 [0] transport/net_ib.cc:895 NCCL WARN NET/IB : Got completion from peer 10.0.0.2<4791> with error 12, opcode 0',
        '',
      ].join('\n'),
    )
    expect(facts).toMatchObject({ firstCause: { signature: 'wc.retry_exceeded', host: 'a', peer: 'b' } })
  })

  it('a -J report with words around it is read as one', () => {
    const row = { size: 8, out_of_place: { time: 1, alg_bw: 2, bus_bw: 3, nwrong: 0 }, in_place: { bus_bw: 5 } }
    const report = { version: 3, nccl_version: 22907, config: { warmup_iters: 1 }, results: [row], end_time: 'x' }
    const text = `Here it is:\n${JSON.stringify(report, null, 1)}\nAny idea?\n`
    expect(read(text)).toMatchObject({ form: 'json', jsonValid: true, ncclVersion: '2.29.7', maxBusbwGBps: 5 })
    expect(read(text.slice(0, text.indexOf('end_time')))).toMatchObject({ form: 'json', jsonValid: false })
  })
})
