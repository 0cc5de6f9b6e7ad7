import { jsonValues } from '@/lib/explain/json-values'

/** One kernel message. */
export interface LogRecord {
  /** ISO time, or null where the log has only a monotonic clock, or none. */
  at: string | null
  text: string
  /** False for the unterminated last line of a capture. */
  whole: boolean
  json?: true
}

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(Z|[+-]\d\d:?\d\d)? /
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** dmesg -T: local time without a zone. */
const HUMAN = /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})\] ?/
const UPTIME = /^\[ {0,8}[+<]?\d{1,9}\.\d{1,9}>?\](?:\[ {0,8}[TC]\d{1,9}\])? ?/
const RELATIVE = /^\[[A-Z][a-z]{2} {0,2}\d{1,2} \d\d:\d\d\] ?/
const LEVEL = /^(?:kern|user|daemon|syslog|auth|local\d) {0,4}:(?:emerg|alert|crit|err|warn|notice|info|debug) {0,4}: /
const KMSG = /^\d{1,3},\d{1,12},\d{1,18},[^;\s]{1,40};/
const SYSLOG = /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) /
const KERNEL = /^(?:\S{1,200} )?kernel(?:\[\d{1,8}\])?: ?/
const OTHER_PROGRAM = /^\S{1,200} [^\s:[\]]{1,100}(?:\[\d{1,8}\])?: /

/** Messages only the kernel prints, for logs whose time stamps were lost. */
export const KERNEL_WORDS =
  /^(?:mlx5_core |mlx4_core |pci |nvidia |NVRM: |iommu: |DMAR: |AMD-Vi: |\w+: (?:Unknown symbol|disagrees about version of symbol|probe of |version magic ')|NETDEV WATCHDOG: |Lockdown: |secureboot: |nvidia-peermem )/

/** Marks by which a line is surely the kernel log's, for recognition. */
export function lineForm(line: string): 'decode' | 'kmsg' | 'kernel' | 'uptime' | 'human' | 'iso' | 'bare' {
  const bare = line.replace(/^<\d{1,3}>/, '')
  if (LEVEL.test(bare)) return 'decode'
  if (KMSG.test(bare)) return 'kmsg'
  const stamped = bare.replace(ISO, '').replace(SYSLOG, '')
  if (stamped !== bare && KERNEL.test(stamped)) return 'kernel'
  if (UPTIME.test(bare)) return 'uptime'
  if (HUMAN.test(bare) || RELATIVE.test(bare)) return 'human'
  return stamped === bare ? 'bare' : 'iso'
}

/** Kernel messages of a text in any of dmesg's and journalctl's layouts. Lines of other programs of a journal are left out. */
export function records(lines: readonly string[], text: string): LogRecord[] {
  const head = text.slice(0, 4000)
  if (/^\s*\{\s*"dmesg"\s*:/.test(head)) return fromDmesgJson(text)
  if (/"MESSAGE"\s*:/.test(head)) return fromJournalJson(lines, text)
  return lines.flatMap((line, at) => (line.trim() === '' ? [] : (fromLine(line, at < lines.length - 1) ?? [])))
}

function fromLine(line: string, whole: boolean): LogRecord | null {
  let text = line
    .replace(/^<\d{1,3}>/, '')
    .replace(LEVEL, '')
    .replace(KMSG, '')
  let at: string | null = null
  const iso = ISO.exec(text)
  const syslog = iso ? null : SYSLOG.exec(text)
  if (iso) at = isoTime(iso[1] ?? '', iso[2])
  if (iso || syslog) {
    text = text.slice((iso ?? syslog)?.[0].length)
    const kernel = KERNEL.exec(text)
    if (kernel) text = text.slice(kernel[0].length)
    // "host systemd[1]: …" in a journal; "mlx5_core 0000:18:00.0: …" looks alike and is ours.
    else if (syslog || (OTHER_PROGRAM.test(text) && /^\S+ [\w./-]+\[\d+\]: /.test(text))) return null
  }
  const human = HUMAN.exec(text)
  if (human) at = humanTime(human)
  return { at, text: text.replace(HUMAN, '').replace(UPTIME, '').replace(RELATIVE, '').trimEnd(), whole }
}

/** `2025-01-17T15:36:26,128279+0000` as ISO 8601 extended. */
function isoTime(time: string, zone: string | undefined): string {
  return `${time.replace(',', '.')}${(zone ?? '').replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`
}

function humanTime(match: RegExpExecArray): string | null {
  const month = MONTHS.indexOf(match[1] ?? '') + 1
  if (month === 0) return null
  const two = (value: string | number) => String(value).padStart(2, '0')
  return `${match[4]}-${two(month)}-${two(match[2] ?? '')}T${match[3]}`
}

type Fields = Readonly<Record<string, unknown>>
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

/** `dmesg -J`: {"dmesg": [{"pri", "time", "msg"}]}; a time as text is a wall clock. */
function fromDmesgJson(text: string): LogRecord[] {
  return jsonValues(text).flatMap(({ value }) => {
    const list = fieldsOf(value).dmesg
    return (Array.isArray(list) ? list : []).flatMap((entry): LogRecord[] => {
      const { msg, time } = fieldsOf(entry)
      if (typeof msg !== 'string') return []
      const iso = typeof time === 'string' ? ISO.exec(`${time} `) : null
      return msg
        .split('\n')
        .map((one) => ({ at: iso ? isoTime(iso[1] ?? '', iso[2]) : null, text: one, whole: true, json: true }))
    })
  })
}

/** `journalctl -o json`: one object a line (or pretty-printed); kernel messages only. */
function fromJournalJson(lines: readonly string[], text: string): LogRecord[] {
  const pretty = lines.some((line) => /^\s*\{\s*$/.test(line))
  const objects = pretty
    ? jsonValues(text).flatMap((found) => (found.complete ? [found.value] : []))
    : lines.map(parsed)
  return objects.flatMap((object): LogRecord[] => {
    const entry = fieldsOf(object)
    const kernel =
      entry._TRANSPORT === 'kernel' || (entry._TRANSPORT === undefined && entry.SYSLOG_IDENTIFIER === 'kernel')
    const message = messageOf(entry.MESSAGE)
    return kernel && message !== null
      ? [{ at: realtime(entry.__REALTIME_TIMESTAMP), text: message, whole: true, json: true }]
      : []
  })
}

function parsed(line: string): unknown {
  if (!line.startsWith('{') || !line.trimEnd().endsWith('}')) return null
  try {
    return JSON.parse(line)
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
  const micros = typeof value === 'string' && /^\d{1,17}$/.test(value) ? Number(value) : null
  if (micros === null) return null
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, 19)}.${String(micros % 1_000_000).padStart(6, '0')}+00:00`
}
