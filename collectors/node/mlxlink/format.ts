import { errorLines, failureOf } from '@/collectors/node/mstconfig/errors'
import { jsonValues } from '@/lib/explain/json-values'
import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, format, notOk, ok, type Parsed } from '@/lib/format'

/** What mlxlink says of one port (EXPLAIN §3). */
export interface MlxlinkFacts {
  state: string | null
  physicalState: string | null
  speed: string | null
  lanes: number | null
  rateGbps: number | null
  firmware: string | null
  recommendation: string | null
  symbolErrors: number | null
  /** As printed: `15E-255` is the floor, no errors. */
  symbolBer: string | null
  effectiveBer: string | null
  /** Up to about 1E-7 is normal under FEC. */
  rawBer: string | null
  rawErrorsPerLane: readonly number[] | null
  linkRecoveries: number | null
  complete?: boolean
}

/** Gb/s of one lane, by InfiniBand speed (host-formats §5: HDR on 2 lanes is 100, NDR on 2 lanes 200). */
const LANE_GBPS: Readonly<Record<string, number>> = {
  SDR: 2.5,
  DDR: 5,
  QDR: 10,
  FDR10: 10,
  FDR: 14,
  EDR: 25,
  HDR: 50,
  NDR: 100,
  XDR: 200,
}

function rate(speed: string | null, lanes: number | null): number | null {
  const ethernet = /^(\d+(?:\.\d+)?)G(?:bE)?(?:_\d+X.*)?$/.exec(speed ?? '')?.[1]
  if (ethernet !== undefined) return Number(ethernet)
  const lane = LANE_GBPS[/^IB-(\w+)$/.exec(speed ?? '')?.[1] ?? '']
  return lane === undefined || lanes === null ? null : lane * lanes
}

/** `Key : value` pairs of the text form, of the first port only: the next one begins with its state again. */
function pairs(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const key = line.slice(0, Math.max(0, colon)).trim()
    if (colon > 0 && found.has(key) && /^(?:State|Physical state)$/.test(key)) break
    if (colon > 0 && key.length < 60 && !found.has(key)) found.set(key, line.slice(colon + 1).trim())
  }
  return found
}

/** `--json`: result.output.<section>.<key> (mlxlink_cmd_print.cpp, toJsonFormat). */
function jsonPairs(text: string): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 4) return
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'string' || typeof inner === 'number') {
        if (!found.has(key)) found.set(key, String(inner))
      } else if (typeof inner === 'object' && inner !== null && Array.isArray(inner.values))
        found.set(key, inner.values.join(','))
      else walk(inner, depth + 1)
    }
  }
  for (const { value } of jsonValues(text)) {
    if (found.size === 0) walk(value, 0)
  }
  return found
}

/** What every port's answer has once. */
const STATE = /^[ \t]*"?(?:Physical state|Effective Physical BER)"?\s*: /gm

/** False where a second port's answer follows, whole or filtered. */
function isOne(text: string): boolean {
  const keys = (text.match(STATE) ?? []).map((key) => key.trim())
  return new Set(keys).size === keys.length
}

function toFacts(found: ReadonlyMap<string, string>): MlxlinkFacts {
  const word = (key: string) => {
    const value = found.get(key)
    return value === undefined || value === '' || value === 'N/A' ? null : value
  }
  const count = (key: string) => (/^\d{1,15}$/.test(word(key) ?? '') ? Number(word(key)) : null)
  const ber = (key: string) => (/^\d+(?:\.\d+)?E-?\d+$/i.test(word(key) ?? '') ? word(key) : null)
  const lanes = /^(\d{1,2})x$/i.exec(word('Width') ?? '')?.[1]
  const perLane = (word('Raw Physical Errors Per Lane') ?? word('Raw Errors Per Lane'))?.split(/[,\s]+/).map(Number)
  const width = lanes === undefined ? null : Number(lanes)
  return {
    state: word('State'),
    physicalState: word('Physical state'),
    speed: word('Speed'),
    lanes: width === 0 ? null : width,
    rateGbps: rate(word('Speed'), width),
    firmware: word('Firmware Version'),
    recommendation: word('Recommendation'),
    symbolErrors: count('Symbol Errors'),
    symbolBer: ber('Symbol BER'),
    effectiveBer: ber('Effective Physical BER'),
    rawBer: ber('Raw Physical BER'),
    rawErrorsPerLane: perLane?.every((value) => Number.isInteger(value)) ? perLane : null,
    linkRecoveries: count('Link Error Recovery Counter'),
  }
}

function parse(capture: Capture): Parsed<MlxlinkFacts> {
  if (capture.text.trim() === '') return notOk('absent', 'other', 'The tool printed nothing')
  const lines = withoutLogPrefix(capture.lines)
  const text = lines.join('\n')
  const errors = errorLines(lines)
  const found = /"Physical state"\s*:/.test(text)
    ? jsonPairs(text)
    : pairs(text.endsWith('\n') ? lines : lines.slice(0, -1))
  if (
    found.has('State') ||
    found.has('Physical state') ||
    found.has('Physical Counters and BER Info') ||
    found.has('Effective Physical BER')
  )
    return ok({ ...toFacts(found), ...(isOne(text) ? {} : { complete: false }) }, { errors })
  const failure = failureOf(text)
  if (failure) return notOk(failure.status, failure.code, failure.text, errors)
  return notOk('unreadable', 'bad-layout', 'No port state was found', errors)
}

/** Output of `mlxlink` / `mstlink`. */
export default format({
  kind: 'mlxlink',
  title: 'mlxlink / mstlink',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*Physical state +: /m.test(head) && /^[ \t]*(?:Speed|Width|State|FEC) +: /m.test(head)) return 95
    if (/^[ \t]*\{/m.test(head) && /"Physical state"\s*:/.test(head)) return 90
    if (/^[ \t]*(?:Effective Physical BER|Symbol BER|Raw Physical BER) +: /m.test(head)) return 85
    if (/^[ \t]*(?:Operational Info|Troubleshooting Info)\s*$/m.test(head)) return 70
    return /-E- (?:Failed to open device: "|Problem accessing the device\. Please verify that driver is up|FW Version \S+ is not supported\. Please update FW|"--\w+" option is not supported)/.test(
      head,
    )
      ? 65
      : 0
  },
  parse,
})
