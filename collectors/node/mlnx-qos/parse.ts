import { type TextLine, textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'

/** A traffic class; priorities it carries in the order printed. */
export interface TrafficClass {
  tc: number
  /** Transmission selection: `ets`, `strict`, `vendor`. */
  tsa: string | null
  bandwidthPct: number | null
  priorities: readonly number[]
}

/** RoCE QoS of one network device (EXPLAIN §3). */
export interface QosFacts {
  dcbx: 'firmware' | 'os' | null
  trust: string | null
  /** Priorities that are paused instead of dropped; null: not printed. */
  pfcPriorities: readonly number[] | null
  /** Printed only with trust dscp. */
  dscpMap: readonly { priority: number; dscps: readonly number[] }[]
  trafficClasses: readonly TrafficClass[]
  warnings: readonly 'lldpad'[]
  complete?: boolean
}

const STARTS = /^DCBX mode: /

/** Text of `mlnx_qos -i IF` (mlnx-tools python/mlnx_qos). Of several interfaces in one paste the first is read. */
export function parseMlnxQos(capture: Capture): Parsed<QosFacts> {
  const all = textLines(capture.lines)
  const second = all.findIndex(
    ({ text }, at) => STARTS.test(text) && all.slice(0, at).some((line) => STARTS.test(line.text)),
  )
  const lines = second < 0 ? all : all.slice(0, second)
  const warnings: 'lldpad'[] = all.some(({ text }) => /WARNING: lldpad service is running/.test(text)) ? ['lldpad'] : []
  const dcbx = lines.flatMap(({ text }) => /^DCBX mode: (OS|Firmware) controlled$/.exec(text)?.[1] ?? [])[0]
  const trust = lines.flatMap(({ text, ended }) =>
    ended ? (/^Priority trust state: (\w{1,20})$/.exec(text)?.[1] ?? []) : [],
  )[0]
  const trafficClasses = toClasses(lines)
  const pfcPriorities = pfc(lines)
  if (dcbx === undefined && trust === undefined && pfcPriorities === null && trafficClasses.length === 0)
    return failure(capture.text)
  const whole =
    second < 0 && pfcPriorities !== null && trafficClasses.flatMap(({ priorities }) => priorities).length === 8
  return ok<QosFacts>({
    dcbx: dcbx === undefined ? null : dcbx === 'OS' ? 'os' : 'firmware',
    trust: trust ?? null,
    pfcPriorities,
    dscpMap: dscps(lines),
    trafficClasses,
    warnings,
    ...(whole ? {} : { complete: false }),
  })
}

/** Row `enabled` under the heading `priority 0 … 7`: eight single digits, or nothing is known. */
function pfc(lines: readonly TextLine[]): number[] | null {
  const at = lines.findIndex(({ text }) => /^priority(?:\s+\d){8}$/.test(text))
  const row = lines[at + 1]?.text ?? ''
  if (at < 0 || !/^enabled(?:\s+[01]){8}$/.test(row)) return null
  const priorities = digits(lines[at]?.text ?? '')
  return digits(row).flatMap((on, column) => (on === 1 ? (priorities[column] ?? []) : []))
}

const digits = (text: string) => text.split(/\s+/).slice(1).map(Number)

/** `prio:3 dscp:31,30,…,24,` over one or several lines; every number is followed by its comma. */
function dscps(lines: readonly TextLine[]): { priority: number; dscps: number[] }[] {
  const found = new Map<number, number[]>()
  for (const { text } of lines) {
    const [, priority, list = ''] = /^prio:([0-7]) dscp:([\d,]{1,300})/.exec(text) ?? []
    if (priority === undefined) continue
    const values = list
      .split(',')
      .slice(0, -1)
      .filter((each) => /^\d{1,2}$/.test(each))
    found.set(Number(priority), [...(found.get(Number(priority)) ?? []), ...values.map(Number)])
  }
  return [...found].map(([priority, values]) => ({ priority, dscps: values }))
}

/** `tc: 0 ratelimit: unlimited, tsa: ets, bw: 50%` and the `priority: N` lines below it. */
function toClasses(lines: readonly TextLine[]): TrafficClass[] {
  const classes: (TrafficClass & { priorities: number[] })[] = []
  for (const { text, ended } of lines) {
    const head = /^tc: (\d{1,2}) ratelimit: [^,]{1,40}, tsa: (.*)$/.exec(text)
    const priority = /^priority:\s+([0-7])$/.exec(text)?.[1]
    if (head) {
      const [, tsa, bandwidth] = /^(ets|strict|vendor)(?:, bw: (\d{1,3})%)?$/.exec(head[2] ?? '') ?? []
      const known = tsa !== undefined && (ended || tsa !== 'ets' || bandwidth !== undefined)
      classes.push({
        tc: Number(head[1]),
        tsa: known ? tsa : null,
        bandwidthPct: bandwidth === undefined ? null : Number(bandwidth),
        priorities: [],
      })
    } else if (priority !== undefined && classes.at(-1)?.priorities.includes(Number(priority)) === false)
      classes.at(-1)?.priorities.push(Number(priority))
  }
  return classes
}

function failure(text: string): Parsed<QosFacts> {
  if (text.trim() === '') return notOk('absent', 'other', 'The script printed nothing')
  if (/command not found|: not found$/m.test(text)) return notOk('absent', 'other', 'mlnx_qos is not installed')
  if (/not supported on your system/.test(text))
    return notOk('absent', 'other', 'The driver offers no QoS settings for this device')
  if (/No such (?:device|file)|does not exist/.test(text))
    return notOk('absent', 'device-missing', 'No such network device')
  if (/Operation not permitted|Permission denied/.test(text))
    return notOk('denied', 'needs-root', 'The script needs root')
  return notOk('unreadable', 'bad-layout', 'No QoS setting was found in the text')
}
