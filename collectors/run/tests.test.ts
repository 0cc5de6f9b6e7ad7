import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { strangeValues } from '@/scripts/cut-property'
import { sampleCases } from '@/scripts/host-samples'
import { hostileTexts } from '@/scripts/hostile-text'
import ibping from './ibping/format'
import type { PerftestFacts } from './perftest/facts'
import perftest from './perftest/format'
import { runsOfPerftest } from './perftest/runs'
import rping from './rping/format'

const FORMATS = [perftest, rping, ibping]
const read = (text: string) => perftest.parse(toCapture(text)).facts as PerftestFacts

describe.each(FORMATS.map((format) => [format.kind, format] as const))('%s', (kind, format) => {
  test.each(sampleCases(kind).map((each) => [each.file, each.text] as const))(
    '%s: a cut yields the same or less',
    (_file, text) => {
      expect(strangeValues(format.parse, text)).toEqual([])
    },
  )
})

const RULE = `${'-'.repeat(87)}\n`
const ends = (local: string, remote: string) =>
  ` local address: LID ${local} QPN 0x0147 PSN 0x6a2bd1\n remote address: LID ${remote} QPN 0x0148 PSN 0x5b1e9c\n`
const HEAD = (title: string) =>
  `${RULE}                    ${title} Test\n Dual-port       : OFF\t\tDevice         : mlx5_4\n Number of qps   : 2\t\tTransport type : IB\n Connection type : RC\t\tUsing SRQ      : OFF\n PCIe relax order: ON\t\tLock-free      : OFF\n ibv_wr* API     : ON\t\tUsing Enhanced Reorder      : OFF\n CQ Moderation   : 1\n CQE Poll Batch  : 16\n Mtu             : 4096[B]\n Link type       : IB\n GID index2      : 7\n rdma_cm QPs\t : OFF\n Data ex. method : Ethernet\n${RULE}${ends('0x1a2', '0x1f4')}${RULE}`

test('new layout: second columns, QoS, per port, CPU columns are mapped from the heading', () => {
  const qos =
    ' #bytes    #sl      #iterations    BW peak[MiB/sec]    BW average[MiB/sec]   MsgRate[Mpps]\n 65536    3           5000           100.00            95.37                  0.001526\n'
  expect(read(HEAD('RDMA_Write Bidirectional BW') + qos + RULE)).toMatchObject({
    outcome: 'passed',
    test: 'RDMA_Write Bidirectional BW',
    bidirectional: true,
    device: 'mlx5_4',
    qps: 2,
    gidIndex: null,
    gpuMemory: null,
    local: { lid: 418, ip: null },
    remote: { lid: 500 },
    unit: 'MiB/sec',
    rows: [
      { sizeBytes: 65536, sl: 3, iterations: 5000, peak: 100, average: 95.37, averageGbps: 0.8, msgRateMpps: 0.001526 },
    ],
  })
  const perPort =
    ' #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]   BW Port1[Gb/sec]   MsgRate Port1[Mpps]   BW Port2[Gb/sec]   MsgRate Port2[Mpps]   CPU_Util[%]\n 65536      5000     0.00            391.80\t\t   0.747304        195.00            0.370000              196.80            0.377304\t    3.25\n'
  expect(read(HEAD('RDMA_Write BW') + perPort + RULE).rows).toEqual([
    { sizeBytes: 65536, iterations: 5000, peak: null, average: 391.8, averageGbps: 391.8, msgRateMpps: 0.747304 },
  ])
  const unknown =
    ' #bytes     #iterations    Furlongs[x]    BW average[Gb/sec]   MsgRate[Mpps]\n 65536      5000     1.00            391.80\t\t   0.747304\n'
  expect(read(HEAD('RDMA_Write BW') + unknown).rows).toEqual([])
})

test('latency by duration has an average and transactions only', () => {
  const text = `${HEAD('RDMA_Read Latency')} #bytes        #iterations       t_avg[usec]    tps average\n 2             1000000            1.87        534759.36\n${RULE}`
  expect(read(text)).toMatchObject({ unit: 'usec', rows: [{ sizeBytes: 2, averageUsec: 1.87, tps: 534759.36 }] })
  expect(runsOfPerftest(read(text))[0]?.latency).toMatchObject({ roundTrip: true, averageUsec: 1.87 })
})

test('completion errors in both spellings; a port that is down; RDMA CM before the socket', () => {
  const oneLine = 'Completion with error at client Failed status 12: wr_id 0 syndrom 0x81 scnt=128, ccnt=0\n'
  expect(read(oneLine).error).toEqual({ code: 'completion', wcStatus: 12 })
  expect(read(`${HEAD('Send BW')}Poll send CQ error status=13 qp 0\n`).error).toEqual({
    code: 'completion',
    wcStatus: 13,
  })
  const head = `${HEAD('RDMA_Write BW')} #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]\n`
  const failed = (text: string) => read(text)
  expect(
    failed(
      `${head} Completion with error at client\n Failed status-transport retry counter exceeded (12): wr_id 0 syndrom 0x81\n`,
    ),
  ).toMatchObject({
    outcome: 'failed',
    error: { code: 'completion', wcStatus: 12 },
    rows: [],
  })
  expect(failed(" Port number 1 state is Down\n Couldn't set the link layer\n")).toMatchObject({
    error: { code: 'never-connected' },
  })
  const cm =
    'RDMA CM event error:\nEvent: RDMA_CM_EVENT_UNREACHABLE; error: -110.\n\nERRNO: Connection timed out.\n Unable to perform rdma_client function\n Unable to init the socket connection\n'
  expect(failed(cm)).toMatchObject({ error: { code: 'peer-unreachable' } })
})

test('a heading without rows: unfinished while it may go on, never connected once the tool has closed it', () => {
  const head = `${HEAD('RDMA_Write BW')} #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]\n`
  expect(read(head)).toMatchObject({ outcome: 'incomplete', error: null, complete: false })
  expect(read(head + RULE)).toMatchObject({ outcome: 'failed', error: { code: 'never-connected' } })
})

test('a row of numbers that cannot be read is no silence; commas of a locale are decimal points; lost ends are no values', () => {
  const head = `${HEAD('RDMA_Write BW')} #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]\n`
  const row = (...cells: string[]) => `${head} 65536      5000     ${cells.join('   ')}\n${RULE}`
  expect(read(row('392,07', '391,91', '0,747513'))).toMatchObject({
    outcome: 'passed',
    rows: [{ peak: 392.07, average: 391.91, msgRateMpps: 0.747513 }],
  })
  expect(read(row('392.07', '391.91', '0.7475'))).toMatchObject({ rows: [], error: null, outcome: 'incomplete' })
  expect(read(row('392.07', '391.91', '0.747513', 'x'))).toMatchObject({ rows: [], error: null })
})

test('host memory shows in the command typed and in a bare server banner; the next command is none of this run', () => {
  const table = ` #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]\n 65536      5000     390.00   390.00   0.747513\n${RULE}`
  const run = HEAD('RDMA_Write BW') + table
  const typed = (options: string) => `root@n1:~# ib_write_bw -d mlx5_4 ${options} 192.0.2.1\n`
  expect(read(run)).toMatchObject({ gpuMemory: null })
  expect(read(typed('-F') + run)).toMatchObject({ gpuMemory: false })
  expect(read(typed('--use_cuda=0') + run)).toMatchObject({ gpuMemory: null })
  const banner = `${'*'.repeat(36)}\n* Waiting for client to connect... *\n${'*'.repeat(36)}\n`
  expect(read(banner + run)).toMatchObject({ gpuMemory: false })
  expect(read(`${banner}initializing CUDA\n${run}`)).toMatchObject({ gpuMemory: true })
  const other = run.replaceAll('0x6a2bd1', '0x111111')
  expect(read(run + typed('-F') + other)).toMatchObject({ gpuMemory: null, furtherTests: [{ gpuMemory: false }] })
})

test('a run that was never set up failed and says nothing of the fabric', () => {
  const text = "Couldn't allocate MR\n Failed to create MR\n Couldn't create IB resources\n"
  expect(perftest.recognise(toCapture(text))).toBeGreaterThanOrEqual(60)
  expect(read(text)).toMatchObject({ outcome: 'failed', error: null, rows: [] })
  expect(perftest.recognise(toCapture(' Port number 1 state is Down\n'))).toBeGreaterThanOrEqual(60)
})

test.each([72, 80, 100, 120])('latency table in a terminal of %i columns', (width) => {
  const text = `${HEAD('RDMA_Write Latency')} #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec] \n 2       1000          1.36           5.21         1.44               1.45             0.04            1.66                    5.21   \n${RULE}`
  const wrapped = text
    .split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''])
    .join('\n')
  expect(read(wrapped).rows).toEqual(read(text).rows)
  expect(read(text).rows).toHaveLength(1)
})

test('a sweep cut after its second size is unfinished; one size is a whole run', () => {
  const head = `${HEAD('RDMA_Write BW')} #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]\n`
  const row = (size: number) => ` ${size}      5000             92.39              92.38              0.176196\n`
  expect(read(head + row(2) + row(4))).toMatchObject({ outcome: 'incomplete', complete: false })
  expect(read(head + row(65536))).toMatchObject({ outcome: 'passed' })
})

test('two runs in one paste stay apart, two ends of one run do not', () => {
  const table = (average: string) =>
    ` #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]\n 65536      5000             ${average}              ${average}              0.176196\n${RULE}`
  const first = HEAD('RDMA_Write BW') + table('390.00')
  const other = (HEAD('RDMA_Write BW') + table('195.00')).replaceAll('0x6a2bd1', '0x111111').replace('mlx5_4', 'mlx5_5')
  expect(read(first + other)).toMatchObject({
    rows: [{ average: 390 }],
    furtherTests: [{ device: 'mlx5_5', rows: [{ average: 195 }] }],
  })
  const peer = first.replace(
    ends('0x1a2', '0x1f4'),
    ' local address: LID 0x1f4 QPN 0x0148 PSN 0x5b1e9c\n remote address: LID 0x1a2 QPN 0x0147 PSN 0x6a2bd1\n',
  )
  const both = read(first + peer)
  expect(both.rows).toHaveLength(1)
  expect(both).not.toHaveProperty('furtherTests')
})

test('a paste that begins below the heading of the first end is still one test', () => {
  const row =
    ' #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]\n 65536      5000             391.83             391.80\t\t   0.747304\n'
  const block = (title: string, a: string, b: string) =>
    `${RULE}                    ${title} Test\n${RULE} local address: LID 0x${a} QPN 0x0147 PSN 0x6a2bd1\n remote address: LID 0x${b} QPN 0x0148 PSN 0x5b1e9c\n${RULE}${row}${RULE}`
  const client = block('RDMA_Write BW', '1a2', '1f4')
  const server = `${RULE}                    RDMA_Write BW Test\n${RULE} local address: LID 0x1f4 QPN 0x0148 PSN 0x5b1e9c\n remote address: LID 0x1a2 QPN 0x0147 PSN 0x6a2bd1\n${RULE}${row}${RULE}`
  const { furtherTests, ...facts } = read(client.split('\n').slice(2).join('\n') + server)
  expect(furtherTests).toBeUndefined()
  expect(facts).toMatchObject({ test: 'RDMA_Write BW', local: { lid: 0x1a2 }, rows: [{ sizeBytes: 65536 }] })
  expect(facts.rows).toHaveLength(1)
})

test('GPU buffers are named before the heading; a mapped GID is an address, another is not', () => {
  const gpu = `initializing CUDA\ncreating CUDA Ctx\n${HEAD('RDMA_Write BW').replace(' PSN 0x6a2bd1\n', ' PSN 0x6a2bd1\n GID: 254:128:00:00:00:00:00:00:162:136:194:255:254:193:41:06\n')}`
  expect(read(gpu)).toMatchObject({ gpuMemory: true, local: { ip: null } })
})

test.each([
  ["Couldn't listen to port 18515\n Unable to open file descriptor for socket connection\n", 'control-connection'],
  ["ethernet_read_keys: Couldn't read remote address\n Unable to read to socket/rdma_cm\n", 'control-connection'],
  [
    'RDMA CM event error:\nEvent: RDMA_CM_EVENT_UNREACHABLE; error: -110.\nERRNO: Connection timed out.\n',
    'peer-unreachable',
  ],
  [' Did not get Message for 120 Seconds, exiting..\n Total Received=0, Total Iters Required=5000\n', 'lost'],
  ['Received 10 times ADDR_ERROR - aborting\n', 'peer-unreachable'],
])('standard error alone: %s', (text, code) => {
  expect(perftest.recognise(toCapture(text))).toBeGreaterThanOrEqual(70)
  expect(read(text)).toMatchObject({ outcome: 'failed', error: { code } })
})

test('JSON of new releases is valid, of old ones not, and a cut one is neither', () => {
  const valid =
    '{\n"test_info": {\n"test": "RDMA_Write_Bidirectional_BW_Test",\n"Device": "mlx5_4",\n"Number_of_qps": 1,\n"Mtu": 4096\n},\n"results": {\n"MsgSize": 65536,\n"n_iterations": 5000,\n"BW_peak": 0.00,\n"BW_average": 391.80,\n"MsgRate": 0.747304\n}\n}\n'
  expect(read(valid)).toMatchObject({
    test: 'RDMA_Write Bidirectional BW',
    jsonValid: true,
    unit: null,
    rows: [{ peak: null, average: 391.8, averageGbps: null }],
  })
  expect(read(valid.replace('"sl"', 'sl').replace('"MsgSize"', 'MsgSize'))).toMatchObject({
    jsonValid: false,
    rows: [{ sizeBytes: 65536 }],
  })
  const compact = `${JSON.stringify(JSON.parse(valid))}\n`
  expect(perftest.recognise(toCapture(compact))).toBeGreaterThan(80)
  expect(read(compact)).toEqual(read(valid))
  expect(strangeValues(perftest.parse, compact)).toEqual([])
  expect(read(valid.slice(0, -6))).toMatchObject({ jsonValid: null, outcome: 'incomplete' })
  expect(strangeValues(perftest.parse, valid)).toEqual([])
})

test('rping: refused, never established, broken after some pings, quiet', () => {
  const of = (text: string) => rping.parse(toCapture(text)).facts
  expect(of('cma event RDMA_CM_EVENT_REJECTED, error 8\nwait for CONNECTED state 4\nconnect error -1\n')).toMatchObject(
    {
      outcome: 'failed',
      error: { code: 'peer-unreachable' },
      pings: 0,
    },
  )
  expect(of('wait for CONNECTED state 10\nconnect error -1\n')).toMatchObject({ error: { code: 'never-connected' } })
  expect(
    of('ping data: rdma-ping-0: ABC\ncq completion failed status 12\nwait for RDMA_WRITE_ADV state 11\n'),
  ).toMatchObject({
    error: { code: 'completion', wcStatus: 12 },
    pings: 1,
  })
  expect(
    of('server ping data: rdma-ping-0: ABC\nserver DISCONNECT EVENT...\nwait for RDMA_READ_ADV state 10\n'),
  ).toMatchObject({ outcome: 'passed', error: null })
  // Releases that knew no state of being disconnected.
  expect(
    of('server ping data: rdma-ping-0: ABC\nserver DISCONNECT EVENT...\nwait for RDMA_READ_ADV state 9\n'),
  ).toMatchObject({ outcome: 'passed', error: null })
  expect(rping.recognise(toCapture('rdma_create_id: No such device\n'))).toBeGreaterThan(60)
  expect(of('rdma_create_id: No such device\n')).toMatchObject({ error: { code: 'no-rdma-device' } })
  // A server without -v: the client is done, and nothing failed.
  expect(of('server DISCONNECT EVENT...\nwait for RDMA_READ_ADV state 10\n')).toMatchObject({
    outcome: 'incomplete',
    error: null,
  })
  expect(of('client DISCONNECT EVENT...\n')).toMatchObject({ outcome: 'incomplete', pings: null })
})

test('ibping: one lost of a thousand prints 0 % and is a failure; all lost prints 0.000', () => {
  const of = (counts: string) =>
    ibping.parse(toCapture(`\n---  (Lid 5) ibping statistics ---\n${counts}\nrtt min/avg/max = 0.000/0.000/0.000 ms\n`))
      .facts
  expect(of('1000 packets transmitted, 999 received, 0% packet loss, time 10 ms')).toMatchObject({
    outcome: 'failed',
    lossPct: 0,
    error: { code: 'lost' },
  })
  expect(of('10 packets transmitted, 0 received, 100% packet loss, time 10 ms')).toMatchObject({
    outcome: 'failed',
    rttMinMs: null,
    lid: 5,
    lossPct: 100,
  })
})

test.each(FORMATS.map((format) => [format.kind, format] as const))(
  '%s: hostile text is read in time',
  (_kind, format) => {
    const pieces = [
      'RDMA_Write BW Test\n',
      '#bytes #iterations BW peak[Gb/sec]',
      ' local address: LID 0x1 ',
      '"a": 1,\n',
      'ping data: ',
      '(Lid 5) ',
    ]
    for (const text of hostileTexts(pieces)) {
      const capture = toCapture(text)
      const start = performance.now()
      format.recognise(capture)
      format.parse(capture)
      expect(performance.now() - start, JSON.stringify(text.slice(0, 30))).toBeLessThan(1500)
    }
  },
)
