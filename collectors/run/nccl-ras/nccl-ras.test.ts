import { describe, expect, it } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import ras from './format'

const parse = (text: string) => {
  const capture = toCapture(text)
  expect(ras.recognise(capture)).toBeGreaterThan(80)
  return ras.parse(capture)
}

const TABLE = `Communicators... (2.05s)
=============

Group     Comms     Nodes     Ranks     Ranks     Ranks    Status  Errors
    #  in group  per comm  per node  per comm  in group
    0         1         4       7-8        32        32   RUNNING  INCOMPLETE

Errors
======

`

/** Formats of src/ras/client_support.cc and docs troubleshooting/ras.rst. */
describe('text', () => {
  it('2.24: the missing rank as a number, the process by its node', () => {
    const { facts } = parse(`${TABLE}INCOMPLETE
  Missing communicator data from 1 job process
  Process 3487984 on node 172.16.64.213 managing GPU 5

#0-0 (cf264af53edbe986) INCOMPLETE
  Missing communicator data from 1 rank
  The missing rank: 21

`)
    expect(facts).toMatchObject({
      missingRanks: [{ rank: 21, host: null }],
      suspects: [{ pid: 3487984, host: '172.16.64.213', gpu: 5 }],
      groups: [{ ranks: 32, status: 'RUNNING', errors: 'INCOMPLETE' }],
    })
  })

  it('a GPU that CUDA_VISIBLE_DEVICES renumbered, a process with several, a rank nobody knows', () => {
    const { facts } = parse(`${TABLE}DEAD
  1 job process is considered dead (unreachable via the RAS network)
  Process 77 on node 10.0.0.4 managing GPUs 0,1 (NVML 4,5)

#0-0 (cf264af53edbe986) INCOMPLETE
  Missing communicator data from 2 ranks
  Rank 3 -- GPU 0 (NVML 4) managed by process 77 on node 10.0.0.4
  Rank 9 -- [process information not found]

`)
    expect(facts).toMatchObject({
      missingRanks: [
        { rank: 3, host: '10.0.0.4' },
        { rank: 9, host: null },
      ],
      suspects: [
        { pid: 77, host: '10.0.0.4', gpu: 0 },
        { pid: 77, host: '10.0.0.4', gpu: 1 },
      ],
    })
  })

  it('counts that differ for a moment make nobody missing', () => {
    const { facts } =
      parse(`${TABLE.replace('INCOMPLETE', 'MISMATCH').replace('Errors\n======', 'Warnings\n========')}#0-0 (27a079b828ff1a75) MISMATCH
  Communicator ranks have different collective operation counts
  26 ranks have launched up to operation 6650
  Rank 0 -- GPU 0 managed by process 483072 on node 172.16.64.210

`)
    expect(facts).toMatchObject({ missingRanks: [], suspects: [] })
    expect(facts?.signatures.map(({ id }) => id)).toEqual(['ras.mismatch'])
  })

  it('the monitor (2.29+) names who died', () => {
    const { facts } = parse(`RAS Monitor Mode - watching for peer changes (Ctrl+C to exit)...
================================================================
[2025-12-19 13:06:07] PEER_NEW: Process 1524344 on node 172.16.64.245 managing GPU 0
[2025-12-19 13:07:07] PEER_DEAD: Process 1524345 on node 172.16.64.245 managing GPU 1
`)
    expect(facts).toMatchObject({ suspects: [{ pid: 1524345, host: '172.16.64.245', gpu: 1 }], communicators: null })
    expect(facts?.signatures.map(({ id }) => id)).toEqual(['ras.dead_or_missing'])
  })
})

describe('JSON (2.28.7+)', () => {
  const rank = (status: object) => ({
    rank: 0,
    host: 'h',
    pid: 1,
    cuda_dev: 0,
    status: {
      init_state: 0,
      async_error: 0,
      finalize_called: false,
      destroy_flag: false,
      abort_flag: false,
      ...status,
    },
  })
  const report = (communicator: object) =>
    JSON.stringify({
      nccl_version: '2.29.1',
      communicators: [
        {
          hash: '0x1',
          secondary_hash: '0x2:0x3',
          size: 2,
          ranks_count: 1,
          missing_ranks_count: 0,
          ranks: [],
          missing_ranks: [],
          ...communicator,
        },
      ],
    })
  const missing = (status: object) => ({
    missing_ranks_count: 1,
    missing_ranks: [{ rank: 1, host: 'h', pid: 2, cuda_dev: 1, status }],
  })

  it('an unresponsive rank is missing and suspect', () => {
    const { facts } = parse(report({ ranks: [rank({})], ...missing({ unresponsive: true, considered_dead: false }) }))
    expect(facts).toMatchObject({
      groups: [{ ranks: 2, status: 'RUNNING', errors: 'INCOMPLETE' }],
      missingRanks: [{ rank: 1, unresponsive: true, dead: false }],
      suspects: [{ pid: 2, host: 'h', gpu: 1 }],
    })
    expect(facts?.signatures.map(({ id }) => id)).toEqual(['ras.dead_or_missing'])
  })

  it('a rank that answers and has left the communicator is no suspect', () => {
    const { facts } = parse(
      report({ ranks: [rank({ finalize_called: true })], ...missing({ unresponsive: false, considered_dead: false }) }),
    )
    expect(facts).toMatchObject({ groups: [{ status: 'FINALIZE', errors: 'MISMATCH' }], suspects: [], signatures: [] })
  })

  it('an asynchronous error is not OK', () => {
    expect(parse(report({ ranks: [rank({ async_error: 6 })] })).facts?.groups[0]?.errors).toBe('ERROR')
    expect(parse(report({ ranks: [rank({ init_state: 7 })] })).facts?.groups[0]).toMatchObject({
      status: 'INIT',
      errors: 'OK',
    })
  })
})

describe('what stands around a report, and instead of it', () => {
  const event = (word: string, pid: number) =>
    JSON.stringify(
      { timestamp: '2026-01-02 03:04:05', event: word, peer: { host: '10.0.0.9', pid, cuda_devs: [0, 3] } },
      null,
      2,
    )
  const report = (...communicators: object[]) =>
    JSON.stringify({ nccl_version: '2.29.1', communicators_count: communicators.length, communicators }, null, 2)
  const rank = (init_state: number) => ({ rank: 0, status: { init_state, async_error: 0 } })
  const sound = { size: 2, ranks_count: 2, missing_ranks_count: 0, ranks: [rank(0), rank(0)], missing_ranks: [] }

  it('events of the monitor in JSON name the processes, one that came back is not gone', () => {
    const text = [event('PEER_UNRESPONSIVE', 7), event('PEER_UNRESPONSIVE', 8), event('PEER_RECOVERED', 8)].join('\n')
    expect(parse(text).facts).toMatchObject({
      suspects: [
        { pid: 7, host: '10.0.0.9', gpu: 0 },
        { pid: 7, host: '10.0.0.9', gpu: 3 },
      ],
    })
    expect(parse(event('PEER_CONNECTED', 7)).facts).toMatchObject({ suspects: [], signatures: [] })
  })

  it('the answer over a bare socket begins with its handshake; no communicator is a report', () => {
    expect(parse(`SERVER PROTOCOL 2\nOK\n${report(sound)}\n`).facts).toMatchObject({ communicators: 1 })
    expect(parse(report()).facts).toMatchObject({ communicators: 0, groups: [] })
    const text = 'NCCL version 2.28.9 compiled with CUDA 13.0\n\nJob summary\n===========\n'
    expect(parse(`${text}No communicator data collected!\n`).facts).toMatchObject({ communicators: 0, groups: [] })
    expect(parse(text).facts).toMatchObject({ ncclVersion: '2.28.9', communicators: null, complete: false })
  })

  it('a communicator that was cut before its bad rank is not called sound', () => {
    const text = report(sound, { ...sound, ranks: [rank(0), rank(7)] })
    const cut = text.slice(0, text.lastIndexOf('"init_state": 7'))
    expect(parse(cut)).toMatchObject({ reason: { code: 'cut' }, facts: { communicators: null } })
    expect(parse(cut).facts).toMatchObject({ groups: [{ errors: 'OK' }] })
  })

  it('a job that does not answer is no report', () => {
    const text = 'Connecting to 127.0.0.1:28028: Connection refused\nFailed to connect to the NCCL RAS service!\n'
    const refused = ras.parse(toCapture(text))
    expect(ras.recognise(toCapture(text))).toBeGreaterThan(60)
    expect(refused).toMatchObject({ status: 'unreachable', reason: { code: 'no-answer' }, facts: {} })
    expect(refused.errors).toHaveLength(2)
    expect(ras.parse(toCapture('bash: ncclras: command not found\n'))).toMatchObject({ status: 'absent' })
  })
})
