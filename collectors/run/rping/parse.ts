import type { TestError, TestOutcome } from '@/collectors/run/perftest/facts'
import { errorsOf, type TextLine, textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'

/** What rping says (EXPLAIN §3). */
export interface RpingFacts {
  outcome: TestOutcome
  error: TestError | null
  /** Round trips seen; null where none is printed and none failed (without `-v`). */
  pings: number | null
  complete?: boolean
}

const PING = /^(?:server )?ping data: rdma-ping-\d{1,9}: /
const END = /^(?:client|server) DISCONNECT EVENT\.\.\.$/
const ERROR =
  /^(?:No RDMA devices were detected|cma event RDMA_CM_EVENT_|cma detected device removal|wait for |waiting for addr\/route|connect error -?\d|cq completion failed|rping (?:client|server) failed|setup_qp failed|rdma_\w+: |ibv_\w+ failed|data mismatch!|recv wc error|post (?:send|recv) error|getaddrinfo failed|poll error)/

/** What a line means, most telling first (rdma-core librdmacm/examples/rping.c). A flushed completion at the end is normal and not printed. */
const MEANINGS: readonly (readonly [RegExp, TestError['code']])[] = [
  [/^(?:No RDMA devices were detected|rdma_create_(?:id|event_channel): No such (?:device|file))/, 'no-rdma-device'],
  [/^(?:cq completion failed status|data mismatch!|recv wc error)/, 'completion'],
  [
    /^(?:cma event RDMA_CM_EVENT_|waiting for addr\/route|rdma_resolve_(?:addr|route): |rdma_connect: |getaddrinfo failed)/,
    'peer-unreachable',
  ],
  [/^(?:setup_qp failed|rdma_create_qp: |ibv_(?:create|modify)_qp: )/, 'qp-setup'],
  [/^(?:wait for (?:CONNECTED|CONNECT_REQUEST) state|connect error)/, 'never-connected'],
  [/^(?:wait for RDMA_|cma detected device removal|rping (?:client|server) failed)/, 'lost'],
]

/** Text of `rping`, client or server. `… DISCONNECT EVENT...` is its normal end. */
export function parseRping(capture: Capture): Parsed<RpingFacts> {
  const lines = textLines(capture.lines)
  if (lines.length === 0) return notOk('absent', 'other', 'The tool printed nothing')
  const errors = errorsOf(lines, ERROR, /^$/)
  const pings = pingCount(lines)
  const ended = lines.some(({ text }) => END.test(text))
  if (errors.length === 0 && pings === 0 && !ended) {
    if (/command not found|: not found$/m.test(capture.text)) return notOk('absent', 'other', 'rping is not installed')
    return notOk('unreadable', 'bad-layout', 'No ping and no event was found in the text')
  }
  const error = errorOf(lines, pings > 0 && ended)
  const outcome: TestOutcome = error ? 'failed' : pings > 0 && ended ? 'passed' : 'incomplete'
  const shown = pings > 0 || error ? pings : null
  return ok<RpingFacts>(
    { outcome, error, pings: shown, ...(outcome === 'incomplete' ? { complete: false } : {}) },
    { errors },
  )
}

/** Pings of one side: where both ends are pasted, each ping stands there twice. */
function pingCount(lines: readonly TextLine[]): number {
  const count = (server: boolean) =>
    lines.filter(({ text, ended }) => ended && PING.test(text) && text.startsWith('server ') === server).length
  return Math.max(count(true), count(false))
}

/**
 * The server waits for the next ping when the client is done: its normal end, with or without `-v`. The state is 10 (DISCONNECTED), in
 * releases that knew no such state 9 (the last write done). After a normal end a flushed completion (5) is no error either.
 */
function errorOf(lines: readonly TextLine[], good: boolean): TestError | null {
  const left = lines.some(({ text }) => text === 'server DISCONNECT EVENT...')
  const seen = lines.filter(
    ({ text }) =>
      !(/^wait for RDMA_READ_ADV state (?:9|10)$/.test(text) && (good || left)) &&
      !(text === 'cq completion failed status 5' && good),
  )
  const code = MEANINGS.find(([pattern]) => seen.some(({ text }) => pattern.test(text)))?.[1]
  if (code === undefined) return null
  const status = seen.flatMap(({ text, ended }) =>
    ended ? (/^cq completion failed status (\d{1,3})$/.exec(text)?.[1] ?? []) : [],
  )[0]
  return code === 'completion' ? { code, wcStatus: status === undefined ? null : Number(status) } : { code }
}
