import type { TestError, TestOutcome } from '@/collectors/run/perftest/facts'
import { errorsOf, textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'

/** What ibping says (EXPLAIN §3). */
export interface IbpingFacts {
  outcome: TestOutcome
  error: TestError | null
  sent: number | null
  received: number | null
  /** As printed: the tool cuts it to whole percents, so that 1 of 1000 lost reads 0. */
  lossPct: number | null
  lid: number | null
  /** null if no ping came back, where the tool prints 0.000. */
  rttMinMs: number | null
  rttAvgMs: number | null
  rttMaxMs: number | null
  complete?: boolean
}

const PONG = /^Pong from .{0,200} \(Lid (\d{1,5})\): time (\d{1,9}\.\d{3}) ms$/
const HEADING = /^--- .{0,200}\(Lid (\d{1,5})\) ibping statistics ---$/
const COUNTS = /^(\d{1,12}) packets transmitted, (\d{1,12}) received, (\d{1,3})% packet loss, time \d{1,12} ms$/
const RTT = /^rtt min\/avg\/max = (\d{1,9}\.\d{3})\/(\d{1,9}\.\d{3})\/(\d{1,9}\.\d{3}) ms$/
const ERROR = /^(?:ibping: iberror: |ib(?:warn|panic): )/

/** Text of `ibping LID`; its exit status is 0 even where everything was lost (rdma-core infiniband-diags/ibping.c). */
export function parseIbping(capture: Capture): Parsed<IbpingFacts> {
  const lines = textLines(capture.lines)
  const errors = errorsOf(lines, ERROR, /^(?:ibping: )?ib(?:error|warn|panic): (?:\[\d+\] )?/)
  const find = (pattern: RegExp) => lines.map(({ text }) => pattern.exec(text)).find((match) => match !== null) ?? null
  const [counts, rtt, heading, pong] = [find(COUNTS), find(RTT), find(HEADING), find(PONG)]
  if (!counts && !heading && !pong) return failure(capture.text, errors)
  const [sent, received] = counts ? [Number(counts[1]), Number(counts[2])] : [null, null]
  const came = received !== null && received > 0
  const ms = (at: number) => (rtt && came ? Number(rtt[at]) : null)
  const lost = sent !== null && received !== null && (received < sent || sent === 0)
  const outcome: TestOutcome = sent === null ? 'incomplete' : lost ? 'failed' : 'passed'
  const facts: IbpingFacts = {
    outcome,
    error: lost ? { code: 'lost' } : null,
    sent,
    received,
    lossPct: counts ? Number(counts[3]) : null,
    lid: Number((heading ?? pong)?.[1] ?? Number.NaN),
    rttMinMs: ms(1),
    rttAvgMs: ms(2),
    rttMaxMs: ms(3),
    ...(outcome === 'incomplete' || !rtt ? { complete: false } : {}),
  }
  return ok<IbpingFacts>({ ...facts, lid: Number.isNaN(facts.lid) ? null : facts.lid }, { errors })
}

function failure(text: string, errors: string[]): Parsed<IbpingFacts> {
  if (/is ib_umad module loaded|can't read ABI version/.test(text))
    return notOk('unreadable', 'module-missing', 'The kernel module ib_umad is not loaded', errors)
  if (/Permission denied|Operation not permitted/.test(text))
    return notOk('denied', 'needs-root', 'The management interface may not be opened', errors)
  if (/can't resolve destination port/.test(text))
    return notOk('unreadable', 'no-answer', 'The subnet manager could not tell where the destination is', errors)
  if (/Failed to open|can't open UMAD port/.test(text))
    return notOk('unreadable', 'device-unreadable', 'The port could not be opened', errors)
  if (/command not found|: not found$/m.test(text)) return notOk('absent', 'other', 'ibping is not installed')
  if (text.trim() === '') return notOk('absent', 'other', 'The tool printed nothing')
  return notOk('unreadable', 'bad-layout', 'No pong and no statistics were found', errors)
}
