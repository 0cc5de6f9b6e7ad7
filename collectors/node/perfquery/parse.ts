import { rejoined } from '@/lib/explain/rejoined'
import { errorsOf, type TextLine, textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'

/** The subnet manager as `sminfo` prints it. */
export interface SubnetManager {
  lid: number
  guid: string
  /** Grows while the subnet manager works. */
  activity: number
  priority: number
  /** `SMINFO_MASTER`, …; null for a state the tool does not know. */
  state: string | null
}

/** Fact `subnetManager`: whether one answered, and what it said of itself. */
export interface SubnetManagerFacts {
  answered: boolean
  lid: number | null
  state: string | null
}

/** Counters of one port by `perfquery`, or the subnet manager by `sminfo` (EXPLAIN §3). */
export interface PerfqueryFacts {
  lid?: number | null
  port?: number
  /** By printed name; data counters are in units of 4 bytes. */
  counters?: Readonly<Record<string, number>>
  xmitBytes?: number | null
  rcvBytes?: number | null
  sm?: SubnetManager
  complete?: boolean
}

const ERROR = /^(?:\w{1,20}: iberror: |ib(?:warn|panic): |\w{1,20}: command not found)/
const MARKER = /^(?:\w{1,20}: )?ib(?:error|warn|panic): (?:\[(?:pid )?\d+\] )?/
const HEADER = /^# Port (extended )?counters: (?:Lid (\d{1,5})\b.{0,100}|DR path .{1,200}) port (\d{1,3})(?: \(|$)/
const SM =
  /^sminfo: sm lid (\d{1,5}) sm guid (0x[0-9a-fA-F]{1,16}), activity count (\d{1,10}) priority (\d{1,2}) state (\d) (SMINFO_NOTACT|SMINFO_DISCOVER|SMINFO_STANDBY|SMINFO_MASTER|\?\?\?)$/
/** The largest value of a 32-bit counter, where the short form stops counting (IBTA PortCounters). */
const MAX_32 = 4_294_967_295

/** The long line of sminfo, which a narrow terminal wraps. */
const UNENDED = /^\s*sminfo: sm lid (?!.{0,200}(?:SMINFO_[A-Z]{5,8}|\?\?\?)\s*$)/
const BEGINS = /^\s*(?:sminfo|ib\w{1,10}: |#|[A-Z]\w{1,40}:\.|\S{0,100}[#$] |[`~]{3})/

/** Output of `perfquery` or `sminfo` (rdma-core infiniband-diags). Of several ports in one paste the first is read. */
export function parsePerfquery(capture: Capture): Parsed<PerfqueryFacts> {
  const lines = textLines(rejoined(capture.lines, UNENDED, BEGINS))
  const errors = errorsOf(lines, ERROR, MARKER)
  const sm = lines.flatMap(({ text }) => subnetManager(text) ?? [])[0]
  const counters = portCounters(lines)
  if (!sm && !counters) return failure(capture.text, errors)
  return ok<PerfqueryFacts>({ ...counters, ...(sm ? { sm } : {}) }, { errors })
}

function subnetManager(text: string): SubnetManager | null {
  const match = SM.exec(text)
  if (!match) return null
  const [, lid, guid = '', activity, priority, , state = ''] = match
  return {
    lid: Number(lid),
    guid,
    activity: Number(activity),
    priority: Number(priority),
    state: state === '???' ? null : state,
  }
}

function portCounters(lines: readonly TextLine[]): PerfqueryFacts | null {
  const at = lines.findIndex(({ text, ended }) => ended && HEADER.test(text))
  const header = HEADER.exec(lines[at]?.text ?? '')
  if (!header) return null
  const next = lines.findIndex(({ text }, index) => index > at && /^(?:# |sminfo: )/.test(text))
  const counters: Record<string, number> = {}
  for (const { text, ended } of lines.slice(at + 1, next < 0 ? undefined : next)) {
    const [, name = '', value] = /^([A-Za-z]\w{1,60}):\.{0,80}(\d{1,20})$/.exec(text) ?? []
    if (value === undefined || !ended || name === 'PortSelect' || name in counters) continue
    if (Number.isSafeInteger(Number(value))) counters[name] = Number(value)
  }
  const extended = header[1] !== undefined
  const bytes = (...names: string[]) => {
    const words = names.flatMap((name) => counters[name] ?? [])[0]
    return words === undefined || (!extended && words === MAX_32) ? null : words * 4
  }
  const last = lines.at(-1)
  return {
    lid: header[2] === undefined ? null : Number(header[2]),
    port: Number(header[3]),
    counters,
    xmitBytes: bytes('PortXmitData', 'XmtData'),
    rcvBytes: bytes('PortRcvData', 'RcvData'),
    ...((last && !last.ended) || next > 0 ? { complete: false } : {}),
  }
}

function failure(text: string, errors: string[]): Parsed<PerfqueryFacts> {
  if (/is ib_umad module loaded|can't read ABI version/.test(text))
    return notOk('unreadable', 'module-missing', 'The kernel module ib_umad is not loaded', errors)
  if (/Permission denied|Operation not permitted/.test(text))
    return notOk('denied', 'needs-root', 'The management interface may not be opened', errors)
  if (
    /recv failed: Connection timed out|timed out|iberror: (?:\[pid \d+\] \w{1,40}: )?failed: (?:query|perfquery|perfextquery|classportinfo query)/.test(
      text,
    )
  )
    return notOk(
      'timeout',
      'no-answer',
      `${/sminfo/.test(text) ? 'The subnet manager' : 'The port'} did not answer`,
      errors,
    )
  if (/can't resolve (?:sm|destination) port/.test(text))
    return notOk('unreadable', 'no-answer', 'The port knows no subnet manager to ask', errors)
  if (/Failed to open|can't open UMAD port/.test(text))
    return notOk('unreadable', 'device-unreadable', 'The port could not be opened', errors)
  if (/command not found|: not found$/m.test(text)) return notOk('absent', 'other', 'infiniband-diags is not installed')
  if (text.trim() === '') return notOk('absent', 'other', 'The tool printed nothing')
  return notOk('unreadable', 'bad-layout', 'No counters were found in the text', errors)
}
