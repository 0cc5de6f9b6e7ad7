/** Which layout a line's stamp has; `bare`: none. */
export type LineForm = 'decode' | 'kmsg' | 'kernel' | 'uptime' | 'human' | 'iso' | 'bare'

/** A line without what stood before its message. */
export interface Stamped {
  form: LineForm
  /** ISO time; null where the log has only a monotonic clock, or none. */
  at: string | null
  /** Seconds on the log's own clock: only differences within one log mean anything. */
  sec: number | null
  text: string
  /** The line of another program of a journal. */
  other?: true
}

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(Z|[+-]\d\d:?\d\d)? /
/** journalctl -o short-full, with-unit: `Sat 2026-10-03 05:56:38 UTC host kernel: …`. */
const FULL = /^\S{2,12} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) ([A-Z]{2,6}|[+-]\d\d(?::?\d\d)?) /
/** journalctl -o short-unix. */
const UNIX = /^(\d{9,11}\.\d{3,9}) (?=\S{1,200} kernel)/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** dmesg -T: local time without a zone; names of day and month follow the locale. */
const HUMAN = /^\[[^\s\d[\]]{1,12} (\S{1,12}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})(?: <[ \d.]{3,20}>)?\] ?/
const UPTIME =
  /^\[ {0,8}(?:\d{1,9}\.\d{1,9}(?: <[ \d.]{3,20}>)?|[+<] {0,8}\d{1,9}\.\d{1,9}>?)\](?:\[ {0,8}[TC]\d{1,9}\])? ?/
const RELATIVE = /^\[[A-Z][a-z]{2} {0,2}\d{1,2} \d\d:\d\d\] ?/
const LEVEL = /^(?:kern|user|daemon|syslog|auth|local\d) {0,4}:(?:emerg|alert|crit|err|warn|notice|info|debug) {0,4}: /
const KMSG = /^\d{1,3},\d{1,12},(\d{1,18}),[^;\s]{1,40};/
const SYSLOG = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?) /
const KERNEL = /^(?:\S{1,200} )?kernel(?:\[\d{1,8}\])?: ?/
/** journalctl -o short-monotonic: the host stands behind the clock. */
const HOST_KERNEL = /^[\w.-]{1,200} kernel(?:\[\d{1,8}\])?: ?/
const OTHER_PROGRAM = /^\S{1,200} [^\s:[\]]{1,100}(?:\[\d{1,8}\])?: /

/** dmesg of util-linux 2.40 and later: thread or CPU in a column of its own behind any clock. */
const CALLER_ID = /^\[ {0,12}[TC]\d{1,9}\] /

/** Takes apart what dmesg, journalctl, klogd or a console put before a message. */
export function stampOf(line: string): Stamped {
  const stamp = clockOf(line)
  const column = stamp.form === 'bare' ? null : CALLER_ID.exec(stamp.text)
  return column ? { ...stamp, text: stamp.text.slice(column[0].length) } : stamp
}

function clockOf(line: string): Stamped {
  let [form, text]: [LineForm, string] = ['bare', line.replace(/^<\d{1,3}>/, '')]
  const levelled = text.replace(LEVEL, '')
  if (levelled !== text) [form, text] = ['decode', levelled]
  const kmsg = KMSG.exec(text)
  if (kmsg) return { form: 'kmsg', at: null, sec: Number(kmsg[1]) / 1e6, text: text.slice(kmsg[0].length).trimEnd() }
  const wall = wallClock(text)
  if (wall) {
    text = text.slice(wall.length)
    const kernel = KERNEL.exec(text)
    if (kernel) text = text.slice(kernel[0].length)
    // "host systemd[1]: …" in a journal; "mlx5_core 0000:18:00.0: …" looks alike and is ours.
    else if (wall.journal || (OTHER_PROGRAM.test(text) && /^\S+ [\w./-]+\[\d+\]: /.test(text)))
      return { form: 'iso', at: wall.at, sec: wall.sec, text, other: true }
    if (form === 'bare') form = kernel ? 'kernel' : 'iso'
    // rsyslog keeps the kernel's own clock behind the wall clock.
    return { form, at: wall.at, sec: wall.sec, text: text.replace(UPTIME, '').trimEnd() }
  }
  const human = HUMAN.exec(text)
  if (human) {
    const at = humanTime(human)
    return {
      form: form === 'bare' ? 'human' : form,
      at,
      sec: secondsOf(at),
      text: text.slice(human[0].length).trimEnd(),
    }
  }
  const relative = RELATIVE.exec(text)
  if (relative) return { form: 'human', at: null, sec: null, text: text.slice(relative[0].length).trimEnd() }
  const uptime = UPTIME.exec(text)
  if (!uptime) {
    // A log collector's stamps were removed, and with them the journal's own: `dgx030 kernel: …`.
    const host = form === 'bare' ? HOST_KERNEL.exec(text) : null
    return host
      ? { form: 'kernel', at: null, sec: null, text: text.slice(host[0].length).replace(UPTIME, '').trimEnd() }
      : { form, at: null, sec: null, text: text.trimEnd() }
  }
  const sec = /^\[ {0,8}(\d{1,9}\.\d{1,9})/.exec(uptime[0])?.[1]
  const rest = text.slice(uptime[0].length)
  return {
    form: form === 'bare' ? 'uptime' : form,
    at: null,
    sec: sec === undefined ? null : Number(sec),
    text: rest.replace(HOST_KERNEL, '').trimEnd(),
  }
}

interface Wall {
  length: number
  at: string | null
  sec: number | null
  /** Only a journal writes it: a line without `kernel:` is another program's. */
  journal: boolean
}

function wallClock(text: string): Wall | null {
  const iso = ISO.exec(text)
  if (iso) {
    const at = isoTime(iso[1] ?? '', iso[2])
    return { length: iso[0].length, at, sec: secondsOf(at), journal: false }
  }
  const full = FULL.exec(text)
  if (full) {
    // Names of zones are local custom; only UTC is one everywhere.
    const zone = full[3] === 'UTC' || full[3] === 'GMT' ? '+00:00' : /^[A-Z]/.test(full[3] ?? '') ? '' : full[3]
    const at = isoTime(`${full[1]}T${full[2]}`, zone?.replace(/^([+-]\d\d)$/, '$1:00'))
    return { length: full[0].length, at, sec: secondsOf(at), journal: true }
  }
  const unix = UNIX.exec(text)
  if (unix) return { length: unix[0].length, at: microTime(Number(unix[1]) * 1e6), sec: Number(unix[1]), journal: true }
  const syslog = SYSLOG.exec(text)
  const month = MONTHS.indexOf(syslog?.[1] ?? '')
  if (!syslog || month < 0) return null
  // No year is printed: a leap year, so that every day exists. Differences are right except across New Year.
  const day = (syslog[2] ?? '').trim().padStart(2, '0')
  const sec = secondsOf(`2000-${String(month + 1).padStart(2, '0')}-${day}T${syslog[3]}`)
  return { length: syslog[0].length, at: null, sec, journal: true }
}

/** `2025-01-17T15:36:26,128279+0000` as ISO 8601 extended. */
export function isoTime(time: string, zone: string | undefined): string {
  return `${time.replace(',', '.')}${(zone ?? '').replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`
}

/** A wall clock as text, or null where it is none. */
export function isoOf(text: string): string | null {
  const iso = ISO.exec(`${text} `)
  return iso ? isoTime(iso[1] ?? '', iso[2]) : null
}

/** Microseconds since 1970 as ISO 8601 in UTC. */
export function microTime(micros: number): string {
  const whole = Math.floor(micros / 1000)
  return `${new Date(whole).toISOString().slice(0, 19)}.${String(Math.round(micros % 1_000_000)).padStart(6, '0')}+00:00`
}

/** Seconds of an ISO time; without a zone it counts as UTC, which is right for differences. */
export function secondsOf(at: string | null): number | null {
  if (at === null) return null
  const ms = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(at) ? at : `${at}Z`)
  return Number.isNaN(ms) ? null : ms / 1000
}

function humanTime(match: RegExpExecArray): string | null {
  const month = MONTHS.indexOf(match[1] ?? '') + 1
  if (month === 0) return null
  const two = (value: string | number) => String(value).padStart(2, '0')
  return `${match[4]}-${two(month)}-${two(match[2] ?? '')}T${match[3]}`
}
