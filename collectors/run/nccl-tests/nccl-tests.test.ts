import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SIGNATURES } from '@/collectors/run/nccl-log/catalogue'
import { matchSignatures } from '@/collectors/run/nccl-log/match'
import { toCapture } from '@/lib/explain/capture'
import type { NcclFacts } from './facts'
import format from './format'
import { createNcclReader } from './reader'

const HEAD = `# nThread 1 nGpus 1 minBytes 1073741824 maxBytes 4294967296 step: 2(factor) warmup iters: 5 iters: 20 agg iters: 1 validation: 1 graph: 0
#
# Using devices
#  Rank  0 Group  0 Pid   2100 on node-a device  0 [0000:1b:00] NVIDIA H200
#  Rank  1 Group  0 Pid   3100 on node-b device  0 [0000:1b:00] NVIDIA H200
#
#                                                              out-of-place                       in-place
#       size         count      type   redop    root     time   algbw   busbw  #wrong     time   algbw   busbw  #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)             (us)  (GB/s)  (GB/s)
`
const ROWS = [
  '  1073741824     268435456     float     sum      -1  5405.10  198.65  198.65       0  5398.80  198.89  198.89       0',
  '  2147483648     536870912     float     sum      -1  10733.2  200.08  200.08       0  10729.9  200.14  200.14       0',
  '  4294967296    1073741824     float     sum      -1  21420.7  200.51  200.51       0  21420.7  200.51  200.51       0',
]
const FOOT = '# Out of bounds values : 0 OK\n# Avg bus bandwidth    : 199.797 \n#\n'

function read(text: string): NcclFacts {
  const reader = createNcclReader()
  reader.push(text)
  return reader.facts()
}

const table = (rows: readonly string[], foot = FOOT) => `${HEAD}${rows.join('\n')}\n${foot}`
const sizes = (facts: NcclFacts) => facts.rows.map((row) => row.sizeBytes)
const ids = (facts: NcclFacts) => facts.signatures.map((hit) => hit.id)

describe('fixtures of our own', () => {
  const folder = 'collectors/run/nccl-tests/fixtures'
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  it.each(names)('%s', (name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8')
    const parsed = format.parse(toCapture(text))
    expect(format.recognise(toCapture(text))).toBeGreaterThan(80)
    expect(parsed.facts).toMatchObject(JSON.parse(readFileSync(`${folder}/${name.replace('.txt', '.json')}`, 'utf8')))
  })
})

describe('the last line of a paste', () => {
  const average = (value: string) => read(table(ROWS, `# Avg bus bandwidth    : ${value}`)).averageBusbwGBps

  it('an average with all digits %g prints is whole without line end, a shorter one may have been cut', () => {
    expect(average('199.797')).toBe(199.797)
    expect(average('199.79')).toBeNull()
    expect(average('199.8')).toBeNull()
  })

  it('a single digit before the point may go on with an exponent: then the rows decide', () => {
    expect(average('1.99797')).toBeNull()
  })
})

describe('prefixes and distortions (nccl.md §1.6)', () => {
  it('a log line right behind the count of the first half parts it from the second, no value is lost', () => {
    const [row = '', ...others] = ROWS
    const half = row.indexOf('  5398.80')
    const torn = [
      `${row.slice(0, half)}node-b:7:9 [1] NCCL INFO NCCL_NET_FORCE_FLUSH set by environment to 0.`,
      row.slice(half),
    ]
    expect(read(table([...torn, ...others]))).toMatchObject({
      partialRows: 0,
      rowsLost: false,
      rows: read(table(ROWS)).rows,
    })
  })

  it.each([60, 80, 90, 100, 110])('lines that a terminal of %i columns broke are put together again', (width) => {
    const broken = (text: string) => text.replace(new RegExp(`.{${width}}(?=.)`, 'g'), '$&\n')
    const parse = (text: string) => format.parse(toCapture(text)).facts
    expect(parse(broken(table(ROWS)))).toEqual(parse(table(ROWS)))
  })

  it('a log line below a whole header breaks nothing', () => {
    const log = `${'node-a:1:2 [0] NCCL INFO '.padEnd(130, 'x')}\n`
    const text = table(ROWS).replace('#        (B)', `${log}${log}${log}#        (B)`)
    expect(format.parse(toCapture(text)).facts).toMatchObject({ rows: read(table(ROWS)).rows })
  })

  it('tabs between the columns are blanks', () => {
    expect(read(table(ROWS.map((row) => row.trim().replace(/ +/g, '\t'))))).toMatchObject({
      maxBusbwGBps: 200.51,
      rowsLost: false,
    })
  })

  const plain = read(table(ROWS))
  const prefixed = (prefix: (line: string, at: number) => string) =>
    read(
      table(ROWS)
        .split('\n')
        .map((line, at) => (line === '' ? '' : prefix(line, at)))
        .join('\n'),
    )

  it.each<[string, (line: string, at: number) => string]>([
    ['mpirun --tag-output', (line) => `[1,0]<stdout>:${line}`],
    ['srun -l', (line) => ` 0: ${line}`],
    ['kubectl --timestamps', (line) => `2026-01-20T03:02:41.123456789Z ${line}`],
    ['CRI log file', (line) => `2026-01-20T03:02:41.123456789Z stdout F ${line}`],
    ['kubectl --prefix and timestamps', (line) => `[pod/nccl-launcher-x7/launcher] 2026-01-20T03:02:41Z ${line}`],
    ['torchrun', (line) => `[default0]:${line}`],
    [
      'Docker json-file',
      (line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-01-20T03:02:41Z' }),
    ],
    ['stern', (line) => `nccl-launcher-x7 launcher ${line}`],
  ])('%s gives the same rows and footer', (_name, prefix) => {
    const facts = prefixed(prefix)
    expect(facts.rows).toEqual(plain.rows)
    expect(facts).toMatchObject({ averageBusbwGBps: 199.797, complete: true, ranks: 2, nodes: 2, rowsLost: false })
  })

  it('a rank tag inside a row does not shift its values', () => {
    const torn = ROWS.map((row) => row.replace('      -1  ', '      -1[0]  ').replace('       0  ', '       0[0]  '))
    expect(read(table(torn)).rows).toEqual(plain.rows)
  })

  it('a row torn by a log line is put together; one that stays torn is not guessed', () => {
    const row = ROWS[1] ?? ''
    const at = row.indexOf('  10729.9')
    const log = 'node-a:1:2 [0] NCCL INFO Connected all rings, use ring PXN 0 GDR 1'
    const torn = [ROWS[0] ?? '', `${row.slice(0, at)}\n${log}\n${row.slice(at)}`, ROWS[2] ?? '']
    expect(read(table(torn)).rows).toEqual(plain.rows)
    const lost = read(table([ROWS[0] ?? '', row.slice(0, at), ROWS[2] ?? '']))
    expect(lost.partialRows).toBe(1)
    expect(sizes(lost)).toEqual([1073741824, 4294967296])
  })

  it('CRLF, indentation and a lost # make no difference', () => {
    const text = table(ROWS).replace(/^#/gm, '').replace(/\n/g, '\r\n  ')
    expect(read(toCapture(text).text).rows).toEqual(plain.rows)
  })

  it('the same whatever the size of the pieces', () => {
    const text = table(ROWS)
    for (const size of [1, 7, 64, 1000]) {
      const reader = createNcclReader()
      for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size))
      expect(reader.facts()).toEqual(plain)
    }
  })
})

describe('layouts by version (nccl.md §1.1)', () => {
  it('the error column of nccl-tests <= 2.11 is a rounding delta, not a count', () => {
    const old = `#       size         count    type   redop     time   algbw   busbw  error     time   algbw   busbw  error
  1073741824     268435456   float     sum  5405.10  198.65  198.65  5e-07  5398.80  198.89  198.89  0e+00\n`
    const facts = read(old)
    expect(facts).toMatchObject({ wrongRows: null, validated: true })
    expect(facts.rows[0]?.outOfPlace.wrong).toBeNull()
  })

  it('-S puts date and time at the end of the row', () => {
    expect(read(table(ROWS.map((row) => `${row}  2026-01-20 03:02:41`))).rows).toEqual(read(table(ROWS)).rows)
  })

  it('without a header the number of values decides', () => {
    expect(sizes(read(`${ROWS.join('\n')}\n${FOOT}`))).toEqual([1073741824, 2147483648, 4294967296])
  })

  it('broadcast of old versions has root but no redop; a time without point is no root', () => {
    const facts =
      read(`#       size         count    type    root     time   algbw   busbw  error     time   algbw   busbw  error
  8589934592    2147483648   float       0    36896  232.81  232.81    N/A    36599  234.70  234.70    N/A\n`)
    expect(facts.rows[0]?.outOfPlace).toEqual({ timeUsec: 36896, algbwGBps: 232.81, busbwGBps: 232.81, wrong: null })
  })

  it('1.x prints milliseconds; the row itself tells', () => {
    const facts =
      read(`#      bytes             N    type      op     time  algbw  busbw      res     time  algbw  busbw      res
    10485760       2621440   float     sum    1.050   9.99  17.48    1e-06    1.050   9.99  17.48    1e-06\n`)
    expect(facts.rows[0]?.outOfPlace.timeUsec).toBeCloseTo(1050)
  })

  it('RCCL is told apart', () => {
    expect(read(`rccl-tests: Version develop:b0a3841\n${table(ROWS)}`)).toMatchObject({
      library: 'rccl',
      form: 'tests',
    })
  })
})

describe('several runs, cut runs, lost rows', () => {
  it('two runs: rows of both, footer of the last', () => {
    const facts = read(
      table(ROWS) + table(ROWS.slice(0, 2), '# Out of bounds values : 3 FAILED\n# Avg bus bandwidth    : 199.44 \n'),
    )
    expect(facts).toMatchObject({
      runs: 2,
      averageBusbwGBps: 199.44,
      outOfBounds: { count: 3, status: 'FAILED' },
      complete: true,
      rowsLost: false,
    })
    expect(facts.rows).toHaveLength(5)
  })

  it('a second run that is cut makes the capture incomplete', () => {
    expect(read(table(ROWS) + HEAD).complete).toBe(false)
  })

  it('a row on an unterminated last line is dropped', () => {
    const facts = read(`${HEAD}${ROWS[0]}\n${(ROWS[1] ?? '').slice(0, -1)}1`)
    expect(sizes(facts)).toEqual([1073741824])
    expect(facts.partialRows).toBe(1)
  })

  it('a device list that may go on proves no number of ranks', () => {
    const list = HEAD.slice(0, HEAD.indexOf('#  Rank  1'))
    expect(read(list)).toMatchObject({ ranks: null, ranksAtLeast: 1, nodes: null })
  })

  it('an average that is not the mean of the rows says that rows were lost', () => {
    expect(read(table([ROWS[0] ?? ''])).rowsLost).toBe(false)
    expect(
      read(table([ROWS[0] ?? ''], '# Out of bounds values : 0 OK\n# Avg bus bandwidth    : 180.1 \n')).rowsLost,
    ).toBe(true)
  })

  it('a launcher that started twice is not a binary without MPI', () => {
    const facts = read(HEAD + table(ROWS))
    expect(ids(facts)).not.toContain('derived.no_mpi')
    expect(facts.complete).toBe(true)
  })
})

describe('what a log must not be mistaken for (nccl.md §0, §6)', () => {
  const log = (...texts: string[]) => read(texts.map((text) => `worker-0:31:178 [0] NCCL INFO ${text}\n`).join(''))

  it('"NET/IB : Using" without a device is no device', () => {
    const facts = log('NET/IB : Using [RO]; OOB eth0:10.0.0.1<0>')
    expect(ids(facts)).toEqual(['net.ib.using_empty'])
    expect(facts.nics).toEqual([])
  })

  it('"GDR 1" over sockets is not GPUDirect', () => {
    expect(log('Using network Socket', 'Connected all rings, use ring PXN 0 GDR 1').gpuDirect).toBe('unused')
    expect(log('Using network IB', 'Connected all rings, use ring PXN 0 GDR 1').gpuDirect).toBeNull()
  })

  it('/SHARP after a device is capability', () => {
    expect(log('NET/IB : Using [0]mlx5_0:1/IB/SHARP [RO]; OOB eth0:10.0.0.1<0>').sharp).toBe('capable')
  })

  it('"Count not open libibverbs.so" without .1 is harmless', () => {
    expect(ids(log('Count not open libibverbs.so'))).toEqual([])
    expect(ids(log('Count not open libibverbs.so.1'))).toEqual(['verbs.lib_missing'])
  })

  it('completion status 5 is never the first cause, wherever it stands', () => {
    const warn = (text: string) =>
      `node-a:1:2 [6] transport/net_ib.cc:2244 NCCL WARN NET/IB: Got completion from peer 192.0.2.13<53908> with ${text}\n`
    const facts = read(
      warn('status=5 opcode=0 len=0 vendor err 249 (Recv) hca mlx5_0') +
        warn('status=12 opcode=129 len=1048576 vendor err 129 (Recv) hca mlx5_10'),
    )
    expect(facts.firstCause).toMatchObject({
      signature: 'wc.retry_exceeded',
      host: 'node-a',
      hca: 'mlx5_10',
      peer: '192.0.2.13',
    })
    expect(read(warn('status=5 opcode=0 len=0 vendor err 249 (Recv) hca mlx5_0')).firstCause).toBeNull()
  })

  it('a lost port comes before the timeouts it causes, though they stand earlier', () => {
    const facts = read(
      'node-b:1:2 [4] NCCL INFO NET/IB : Using [0]mlx5_0:1/IB [RO]; OOB eth0:10.0.0.2<0>\n' +
        'node-b:1:2 [4] transport/net_ib.cc:1238 NCCL WARN NET/IB : Got completion from peer 10.0.0.1<37948> with error 12, opcode 2, len 1, vendor err 129\n' +
        'node-a:1:2 [0] transport/net_ib.cc:93 NCCL WARN NET/IB : mlx5_3:1 Got async event : port error\n',
    )
    expect(facts.firstCause).toMatchObject({ signature: 'async.port_error', host: 'node-a', hca: 'mlx5_3' })
  })

  it('names of HCAs need not be mlx5, merged ports and rail names count', () => {
    const facts = log(
      'NET/IB : Using [0]={[0] rocep1:1/RoCE, [1] bnxt_re0:1/RoCE} [1]ibp0s1:1:RAIL0:P1/RoCE [RO]; OOB eth0:10.0.0.1<0>',
    )
    expect(facts.nics.map((nic) => nic.device)).toEqual(['rocep1', 'bnxt_re0', 'ibp0s1'])
  })

  it('a lone error line without line end is recognised, what could still change is not', () => {
    expect(ids(read('a:1:2 [0] NCCL INFO NET/IB : No device found.'))).toEqual(['net.ib.no_device'])
    expect(ids(read('a:1:2 [0] x.cc:1 NCCL WARN NET/IB : Got completion from peer 1.1.1.1<1> with error 1'))).toEqual(
      [],
    )
    expect(ids(read('a:1:2 [0] NCCL INFO Channel 00/0 : 8[0] -> 0[0] [receive] via NET/IB/0'))).toEqual([])
  })

  it('less GPU memory than asked for ends the table early without being cut', () => {
    expect(
      ids(
        read(
          `# Reducing maxBytes to 2147483648 due to memory limitation\n${table(ROWS.slice(0, 2), '# Out of bounds values : 0 OK\n')}`,
        ),
      ),
    ).not.toContain('derived.truncated')
  })
})

describe('-J reports', () => {
  const report = (results: string, rest = '') =>
    `{"version": 3, "env": ["API_TOKEN=hunter2"], "nccl_version": 23007, "config": {"nthreads": 1, "ngpus": 1, "devices": []}, "results": [${results}]${rest}`
  const row = (extra: string) =>
    `{"size": 8589934592, "count": 2147483648, "root": "    -1", "out_of_place": {"time": 22575.4, "alg_bw": 380.5, "bus_bw": "nan", "nwrong": null}, "in_place": {"time": 1.0, "alg_bw": 380.5, "bus_bw": 713.4, "nwrong": ${extra}}}`

  it('"nan" is unknown, null with -c 0 is not validated, the environment stays out', () => {
    const facts = read(report(row('null'), ', "end_time": "x"}'))
    expect(facts).toMatchObject({
      form: 'json',
      ncclVersion: '2.30.7',
      validated: false,
      wrongRows: null,
      complete: true,
      jsonValid: true,
    })
    expect(facts.rows[0]?.outOfPlace.busbwGBps).toBeNull()
    expect(JSON.stringify(facts)).not.toContain('hunter2')
  })

  it('a report that ends early keeps its whole rows', () => {
    const facts = read(report(`${row('0')}, {"size": 17179869184, "out_of_place": {"time": 1`))
    expect(sizes(facts)).toEqual([8589934592])
    expect(facts).toMatchObject({ complete: false, jsonValid: false })
  })
})

describe('catalogue', () => {
  it('has the 98 entries of research/nccl.md, each with a gate that its own pattern needs', () => {
    expect(new Set(SIGNATURES.map((signature) => signature.id)).size).toBe(98)
    for (const signature of SIGNATURES) expect(signature.gates.length, signature.id).toBeGreaterThan(0)
  })

  it.each([
    ['async.port_error', 'NET/IB : mlx5_0:1 Got async error event: port error'],
    ['async.port_error', 'NET/IB : mlx5_11:1 Got non-fatal async event: port error(10)'],
    ['async.device_fatal', 'NET/IB : mlx5_11:1 async fatal event on QP (0x1): local work queue catastrophic error'],
    [
      'wc.retry_exceeded',
      'NET/IB: Got completion from peer 1.2.3.4<1> with status=IBV_WC_RETRY_EXC_ERR(12) opcode=IBV_WC_SEND(0) hca mlx5_1',
    ],
    ['gdr.channel_yes', 'Channel 00/0 : 8[0] -> 0[0] [receive] via NET/IB/5(1)/GDRDMA(PCI)/Shared'],
    ['cuda.fault', "Test CUDA failure common.cu:892 'an illegal memory access was encountered'"],
    ['gpu.duplicate', 'Multiple Ranks are using the same GPU'],
    ['nvls.cuda_failure', "transport/nvls.cc:245 NCCL WARN Cuda failure 1 'invalid argument'"],
    ['torch.watchdog', 'Watchdog caught collective operation timeout: WorkNCCL(SeqNum=12, OpType=ALLREDUCE, NumelIn=1'],
  ])('%s in another version: %s', (id, line) => {
    expect(matchSignatures(line).map((signature) => signature.id)).toContain(id)
  })
})

describe('hostile and endless input', () => {
  it('memory stays bounded: distinct settings, hosts, rows and overlong lines', () => {
    const reader = createNcclReader()
    for (let at = 0; at < 20_000; at++) {
      reader.push(
        `h${at}:1:2 [0] NCCL INFO NCCL_X${at} set by environment to ${at}\nh${at}:1:2 [0] NCCL INFO Using network N${at}\n${ROWS[0]}\n`,
      )
    }
    reader.push('x'.repeat(5_000_000))
    reader.push(`\n${FOOT}`)
    const facts = reader.facts()
    expect(facts.rows.length).toBeLessThanOrEqual(4096)
    expect(JSON.stringify(facts).length).toBeLessThan(2_000_000)
    expect(facts.averageBusbwComputedGBps).toBeCloseTo(198.77)
    expect(facts.complete).toBe(true)
  })

  it('an empty capture is unreadable, never a pass', () => {
    expect(format.parse(toCapture('  \n')).status).toBe('unreadable')
    expect(format.parse(toCapture('hello world\n')).status).toBe('unreadable')
  })
})
