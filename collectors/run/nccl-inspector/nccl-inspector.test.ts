import { describe, expect, it } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import inspector from './format'

const record = (perf: object, version = 'v4.0', rank = 0) =>
  JSON.stringify({
    header: { id: '0x9e17', rank, n_ranks: 16, nnodes: 2 },
    metadata: {
      inspector_output_format_version: version,
      git_rev: '',
      rec_mechanism: 'nccl_profiler_interface',
      dump_timestamp_us: 1,
      hostname: `h${rank}`,
      pid: 7,
    },
    ...perf,
  })
const coll = (busbw: number, more: object = {}) => ({
  coll_perf: {
    coll: 'AllReduce',
    coll_sn: 1,
    coll_msg_size_bytes: 1073741824,
    coll_exec_time_us: 5000,
    coll_timing_source: 'kernel_gpu',
    coll_algobw_gbs: busbw / 1.875,
    coll_busbw_gbs: busbw,
    ...more,
  },
})
const p2p = {
  p2p_perf: {
    p2p: 'Send',
    p2p_sn: 3,
    p2p_peer: 4,
    p2p_msg_size_bytes: 8,
    p2p_exec_time_us: 12,
    p2p_algobw_gbs: 900,
    p2p_busbw_gbs: 900,
  },
}

/** Fields of plugins/profiler/inspector/inspector_json.cc. */
describe('NCCL Inspector records', () => {
  const parse = (...lines: string[]) => {
    const capture = toCapture(`${lines.join('\n')}\n`)
    expect(inspector.recognise(capture)).toBeGreaterThan(80)
    return inspector.parse(capture).facts
  }

  it('sends and receives (2.30) are records, neither broken lines nor collectives', () => {
    const facts = parse(record(coll(300)), record(p2p, 'v5.0'), record(coll(280), 'v4.0', 3))
    expect(facts).toMatchObject({
      records: 3,
      malformedLines: 0,
      collectives: ['AllReduce'],
      maxBusbwGBps: 300,
      slowest: [{ rank: 3, host: 'h3', busbwGBps: 280 }],
    })
    expect(parse(record(p2p, 'v5.0'))).toMatchObject({ records: 1, maxBusbwGBps: null, slowest: [] })
  })

  it('a line cut in the middle is counted, a last line still being written is not', () => {
    const cut = record(coll(1)).slice(0, 90)
    expect(parse(record(coll(300)), cut, record(coll(290)))).toMatchObject({ records: 2, malformedLines: 1 })
    const open = inspector.parse(toCapture(`${record(coll(300))}\n${cut}`))
    expect(open.facts).toMatchObject({ records: 1, malformedLines: 0 })
  })

  it('a record that a pretty-printer spread over lines is one, however deep its braces; one without end is broken', () => {
    const trace = { event_trace_sn: { kernel_events: [{ channel_id: 0 }, { channel_id: 1 }] } }
    const pretty = (busbw: number) => JSON.stringify(JSON.parse(record(coll(busbw, trace))), null, 2)
    const whole = { records: 2, malformedLines: 0, maxBusbwGBps: 300 }
    expect(parse(pretty(300), pretty(280))).toMatchObject(whole)
    expect(parse('```json', `[\n${pretty(300)},\n${pretty(280)}\n]`, '```')).toMatchObject(whole)
    const lines = pretty(290).split('\n')
    expect(parse(pretty(300), ...lines.slice(0, 9))).toMatchObject({ records: 1, malformedLines: 1 })
  })

  it('lines with a prefix begin no records: the view without it is the one to read', () => {
    const prefixed = toCapture(`worker-1  | ${record(coll(300))}\n`)
    expect(inspector.recognise(prefixed)).toBe(0)
  })

  it('a time of 0 was not measured', () => {
    expect(parse(record(coll(300)), record(coll(99_999, { coll_exec_time_us: 0 })))).toMatchObject({
      maxBusbwGBps: 300,
    })
  })
})
