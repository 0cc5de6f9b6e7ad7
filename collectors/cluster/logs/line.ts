import { POD_LOG_PREFIXES } from '@/lib/log-prefixes'

/** One line of a component's log, whichever logger wrote it. */
export interface LogLine {
  dialect: 'zap' | 'klog' | 'go' | 'json' | 'cni'
  /** ISO time as far as the logger writes one: klog has no year and JSON loggers write a number (null), Go's logger no zone. */
  at: string | null
  level: 'debug' | 'info' | 'warn' | 'error' | null
  /** Message without time, level, source position and structured fields. */
  message: string
  /** Structured fields; null where there are none or they are cut. */
  fields: Readonly<Record<string, unknown>> | null
  /** False on an unterminated last line whose end is not certain: no value at its end may be trusted. */
  whole: boolean
  /** The line as read, without collector prefixes; at most 2000 characters. */
  text: string
}

const MAX_TEXT = 2000
/** A broken line that is longer is not put together again. */
const MAX_WRAPPED = 16_000
const ZAP =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,40})\s+(LEVEL\(-?\d{1,3}\)|DEBUG|INFO|WARN|WARNING|ERROR|DPANIC|PANIC|FATAL)\s+(.*)$/
const KLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{1,9}\s+\d{1,10} [^\s\]]{1,200}:\d{1,7}\] (.*)$/
/** k8snetworkplumbingwg/cni-log and its forefather in Multus and whereabouts. */
const CNI = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,40}) \[(debug|verbose|info|warning|error|panic)\] (.*)$/
const GO = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,9})? (.*)$/

/** Reads a log line, also behind what `kubectl logs --prefix --timestamps` or a container runtime put before it; null for other text. */
export function readLogLine(line: string, terminated: boolean): LogLine | null {
  let rest = line.trimEnd()
  for (let round = 0; round < 3; round += 1) {
    const found =
      zap(rest, terminated) ??
      klog(rest, terminated) ??
      goLog(rest, terminated) ??
      cniLog(rest, terminated) ??
      jsonLog(rest)
    if (found) return found
    const prefix = POD_LOG_PREFIXES.find((pattern) => pattern.test(rest))
    if (prefix === undefined) return null
    rest = rest.replace(prefix, '')
  }
  return null
}

/** All log lines of a text; `other` are lines of no logger (bare errors, stack traces), also trimmed. */
export function readLog(raw: readonly string[]): { lines: LogLine[]; other: { text: string; after: number }[] } {
  const lines = withoutWraps(raw)
  const read: LogLine[] = []
  const other: { text: string; after: number }[] = []
  let prefixed = false
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    if (line.trim() === '') continue
    const found = readLogLine(line, index < lines.length - 1)
    const whole = found === null ? null : unwrapped(lines, index, found)
    if (whole) index += whole.more
    if (found) {
      read.push(whole?.line ?? found)
      prefixed = line.length < MAX_TEXT && found.text.length < line.trimEnd().length
    } else other.push({ text: (prefixed ? withoutPrefix(line) : line).trim().slice(0, MAX_TEXT), after: read.length })
  }
  return { lines: read, other }
}

/** Lines that a terminal may have made of one. */
const MAX_WRAPS = 12

/** A line of no logger among lines that a collector prefixed. */
function withoutPrefix(line: string): string {
  let rest = line
  for (let round = 0; round < 3; round += 1) {
    const prefix = POD_LOG_PREFIXES.find((pattern) => pattern.test(rest))
    if (prefix === undefined) return rest
    rest = rest.replace(prefix, '')
  }
  return rest
}

/** Narrowest terminal that is looked for, columns. */
const MIN_WIDTH = 60

/** Lines that a terminal broke at its width put together again: those as wide as the widest that no logger's line follows. */
function withoutWraps(lines: readonly string[]): readonly string[] {
  let width = 0
  for (const line of lines) if (line.length > width) width = line.length
  const full = lines.filter((line) => line.length === width).length
  if (width < MIN_WIDTH || width > MAX_WRAPPED || full < 2) return lines
  const joined: string[] = []
  let pieces = 0
  for (const [index, line] of lines.entries()) {
    const goesOn = lines[index - 1]?.length === width && pieces < MAX_WRAPS
    if (goesOn && line.trim() !== '' && !line.startsWith('{"') && readLogLine(line, true) === null) {
      joined.push(`${joined.pop() ?? ''}${line}`)
      pieces += 1
    } else {
      joined.push(line)
      pieces = 0
    }
  }
  return joined
}

/** A zap line whose fields a terminal broke over the next lines; null where it is not one. */
function unwrapped(lines: readonly string[], index: number, line: LogLine): { line: LogLine; more: number } | null {
  if (line.dialect !== 'zap' || line.fields !== null || !/[\t ]\{"/.test(line.text)) return null
  let text = lines[index] ?? ''
  for (let more = 1; more <= MAX_WRAPS && index + more < lines.length; more += 1) {
    const next = lines[index + more] ?? ''
    if (text.length > MAX_WRAPPED || readLogLine(next, true) !== null) return null
    text += next
    const joined = next.includes('}') ? readLogLine(text, true) : null
    if (joined?.fields) return { line: joined, more }
  }
  return null
}

function zap(line: string, terminated: boolean): LogLine | null {
  const match = ZAP.exec(line)
  if (!match) return null
  const rest = match[3] ?? ''
  const brace = rest.search(/[\t ]\{"/)
  const fields = brace < 0 ? null : object(rest.slice(brace + 1))
  const words = (brace < 0 ? rest : rest.slice(0, brace)).trim()
  const position = /(?:^|[\t ])[A-Za-z0-9_./-]{1,200}\.(?:go|s):\d{1,7}[\t ]+/.exec(words)
  const message = position ? words.slice(position.index + position[0].length) : lastCell(words)
  return {
    dialect: 'zap',
    at: match[1] ?? null,
    level: zapLevel(match[2] ?? ''),
    message,
    fields,
    whole: terminated || fields !== null,
    text: line.slice(0, MAX_TEXT),
  }
}

/** Loggers without a source position put their name and a tab before the message. */
function lastCell(words: string): string {
  const cells = words.split('\t')
  return cells[cells.length - 1] ?? words
}

function klog(line: string, terminated: boolean): LogLine | null {
  const match = KLOG.exec(line)
  if (!match) return null
  const rest = match[2] ?? ''
  const quoted = /^"((?:[^"\\]|\\.){0,2000})"/.exec(rest)
  const level = { I: 'info', W: 'warn', E: 'error', F: 'error' } as const
  return {
    dialect: 'klog',
    at: null,
    level: level[match[1] === 'W' ? 'W' : match[1] === 'E' ? 'E' : match[1] === 'F' ? 'F' : 'I'],
    message: quoted ? (quoted[1] ?? '').replace(/\\"/g, '"') : rest,
    fields: quoted ? pairs(rest.slice(quoted[0].length), terminated) : null,
    whole: terminated,
    text: line.slice(0, MAX_TEXT),
  }
}

/** `key="value" other=word` of klog's structured calls; a word that ends an unterminated line may be cut. */
function pairs(rest: string, terminated: boolean): Record<string, string> {
  const found: Record<string, string> = {}
  for (const match of rest.matchAll(
    / ([A-Za-z][A-Za-z0-9_.]{0,60})=(?:"((?:[^"\\]|\\.){0,1000})"|([^\s"]{1,300})(?=\s|$))/g,
  )) {
    const atEnd = match[2] === undefined && match.index + match[0].length === rest.length
    if (terminated || !atEnd) found[match[1] ?? ''] ??= (match[2] ?? match[3] ?? '').replace(/\\"/g, '"')
  }
  return found
}

function goLog(line: string, terminated: boolean): LogLine | null {
  const match = GO.exec(line)
  if (!match) return null
  const at = `${match[1]}-${match[2]}-${match[3]}T${match[4]}`
  return {
    dialect: 'go',
    at,
    level: null,
    message: match[5] ?? '',
    fields: null,
    whole: terminated,
    text: line.slice(0, MAX_TEXT),
  }
}

/** CNI plug-ins: `2026-03-02T08:11:20Z [error] grpc call failed: …`. */
function cniLog(line: string, terminated: boolean): LogLine | null {
  const [, at = '', level = '', message = ''] = CNI.exec(line) ?? []
  if (at === '') return null
  return {
    dialect: 'cni',
    at,
    level:
      level === 'error' || level === 'panic'
        ? 'error'
        : level === 'warning'
          ? 'warn'
          : level === 'debug'
            ? 'debug'
            : 'info',
    message,
    fields: null,
    whole: terminated,
    text: line.slice(0, MAX_TEXT),
  }
}

/** klog with --logging-format=json, or zap in production mode. */
function jsonLog(line: string): LogLine | null {
  if (!line.startsWith('{"')) return null
  const fields = object(line)
  const message = fields?.msg ?? fields?.message
  if (fields === null || typeof message !== 'string') return null
  const stamp = fields.ts ?? fields.time ?? fields['@timestamp']
  const level = String(fields.level ?? '').toLowerCase()
  return {
    dialect: 'json',
    at: typeof stamp === 'string' && /^\d{4}-\d\d-\d\dT/.test(stamp) ? stamp : null,
    level:
      level.startsWith('err') || 'err' in fields || level === 'fatal' || level === 'panic'
        ? 'error'
        : level.startsWith('warn')
          ? 'warn'
          : 'info',
    message,
    fields,
    whole: true,
    text: line.slice(0, MAX_TEXT),
  }
}

function object(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : null
  } catch {
    return null
  }
}

function zapLevel(word: string): LogLine['level'] {
  if (word === 'ERROR' || word.endsWith('PANIC') || word === 'FATAL') return 'error'
  if (word.startsWith('WARN')) return 'warn'
  return word === 'INFO' ? 'info' : 'debug'
}
