import { jsonValues } from '@/lib/explain/json-values'
import { isoOf, type LineForm, microTime, secondsOf, stampOf } from './stamps'

/** One kernel message. */
export interface LogRecord {
  /** ISO time, or null where the log has only a monotonic clock, or none. */
  at: string | null
  /** Seconds on the log's own clock; only differences within one log mean anything. */
  sec: number | null
  text: string
  /** False for the unterminated last line of a capture. */
  whole: boolean
  json?: true
  /** The message with the lines below it that have no stamp: what a terminal or a mail has wrapped, or something else. */
  wrapped?: { joined: readonly string[]; whole: boolean }
}

/** Messages only the kernel prints, for logs whose time stamps were lost. */
export const KERNEL_WORDS =
  /^(?:mlx5_core |mlx4_core |mlx5_core\.\w+ |pci |nvidia |NVRM: |iommu: |DMAR: |AMD-Vi: |\w+: (?:Unknown symbol|disagrees about version of symbol|probe of |version magic ')|NETDEV WATCHDOG: |Lockdown: |secureboot: |nvidia-peermem |nvidia-nvswitch\d+: )/

/** Lines that a wrapped message may go on over. */
const MAX_WRAPS = 4

/** Marks by which a line is surely the kernel log's, for recognition. */
export function lineForm(line: string): LineForm {
  return stampOf(line).form
}

/** Kernel messages of a text in any of dmesg's and journalctl's layouts. Lines of other programs of a journal are left out. */
export function records(lines: readonly string[], text: string): LogRecord[] {
  const head = text.slice(0, 4000)
  if (/^\s*\{\s*"dmesg"\s*:/.test(head)) return fromDmesgJson(text)
  if (/"MESSAGE"\s*:/.test(head)) return fromJournalJson(lines, text)
  if (/^ {0,8}_TRANSPORT=/m.test(head)) return fromJournalFields(lines)
  return fromLines(lines)
}

function fromLines(lines: readonly string[]): LogRecord[] {
  const found: LogRecord[] = []
  let [open, wraps] = ['', MAX_WRAPS]
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue
    const whole = at < lines.length - 1
    const stamp = stampOf(line)
    const last = found.at(-1)
    // dmesg indents the further lines of a message by the width of its stamp: those are lines of their own.
    if (last && stamp.form === 'bare' && wraps < MAX_WRAPS && !/^\s/.test(line) && !KERNEL_WORDS.test(line)) {
      const before = last.wrapped?.joined ?? [last.text, last.text]
      // A terminal breaks anywhere and loses nothing; a mail breaks at a blank and loses it.
      last.wrapped = { joined: [`${before[0]}${open}${line.trimEnd()}`, `${before[1]} ${line.trimEnd()}`], whole }
      open = oneBlank(line)
      wraps += 1
      continue
    }
    wraps = stamp.form === 'bare' || stamp.other ? MAX_WRAPS : 0
    if (stamp.other) continue
    open = oneBlank(line)
    found.push({ at: stamp.at, sec: stamp.sec, text: stamp.text, whole })
  }
  return found
}

/** A blank at the end of a broken line belongs to the message; more of them fill the terminal's width. */
function oneBlank(line: string): '' | ' ' {
  return /\S $/.test(line) ? ' ' : ''
}

type Fields = Readonly<Record<string, unknown>>
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

/** `dmesg -J`: {"dmesg": [{"pri", "time", "msg"}]}; a time as text is a wall clock, as a number the uptime. */
function fromDmesgJson(text: string): LogRecord[] {
  return jsonValues(text).flatMap(({ value }) => {
    const list = fieldsOf(value).dmesg
    return (Array.isArray(list) ? list : []).flatMap((entry): LogRecord[] => {
      const { msg, time } = fieldsOf(entry)
      if (typeof msg !== 'string') return []
      const at = typeof time === 'string' ? isoOf(time) : null
      const sec = typeof time === 'number' ? time : secondsOf(at)
      return msg.split('\n').map((one) => ({ at, sec, text: one, whole: true, json: true }))
    })
  })
}

/** `journalctl -o json`, json-pretty or json-seq, or an array of such objects; kernel messages only. */
function fromJournalJson(lines: readonly string[], text: string): LogRecord[] {
  const aLine = lines.some((line) => /^\s*\{.*\}\s*$/.test(line))
  const objects = aLine
    ? lines.map(parsed)
    : jsonValues(text).flatMap((found) => (found.complete || Array.isArray(found.value) ? [found.value] : []))
  return objects
    .flatMap((object) => (Array.isArray(object) ? object : [object]))
    .flatMap((object) => {
      const entry = fieldsOf(object)
      return journalRecord(entry, messageOf(entry.MESSAGE))
    })
}

function journalRecord(entry: Fields, message: string | null): LogRecord[] {
  const kernel =
    entry._TRANSPORT === 'kernel' || (entry._TRANSPORT === undefined && entry.SYSLOG_IDENTIFIER === 'kernel')
  if (!kernel || message === null) return []
  const at = realtime(entry.__REALTIME_TIMESTAMP)
  return [{ at, sec: secondsOf(at), text: message, whole: true, json: true }]
}

/** `journalctl -o verbose` and `-o export`: one field a line; a heading or an empty line opens the next entry. */
function fromJournalFields(lines: readonly string[]): LogRecord[] {
  const entries: Record<string, string>[] = [{}]
  for (const line of lines.slice(0, -1)) {
    const field = /^ {0,8}(_{0,2}[A-Z][A-Z0-9_]{0,60})=(.*)$/.exec(line)
    const heading = /^\S{2,12} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) (?:UTC|GMT) \[/.exec(line)
    const last = entries.at(-1)
    if (field && last) last[field[1] ?? ''] = field[2] ?? ''
    else if (heading) entries.push({ time: `${heading[1]}T${heading[2]}+00:00` })
    else if (line.trim() === '' || / \[s=[0-9a-f]{8}/.test(line)) entries.push({})
  }
  return entries.flatMap((entry) =>
    journalRecord(entry, entry.MESSAGE ?? null).map((record) => {
      const at = record.at ?? entry.time ?? null
      return { ...record, at, sec: secondsOf(at) }
    }),
  )
}

function parsed(line: string): unknown {
  const text = line.trim().replace(/,$/, '')
  if (!text.startsWith('{') || !text.endsWith('}')) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Text, or bytes where the message is not UTF-8. */
function messageOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (!Array.isArray(value) || !value.every((byte) => typeof byte === 'number')) return null
  return value.map((byte) => String.fromCharCode(Number(byte) & 0xff)).join('')
}

/** Microseconds since 1970. */
function realtime(value: unknown): string | null {
  const micros = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : null
  return micros === null ? null : microTime(micros)
}
