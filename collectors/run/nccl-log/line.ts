/** One line of an NCCL log taken apart: `HOST:PID:TID [DEV] FILE:LINE (FUNCTION) NCCL WARN TEXT` (nccl.md §2.1). */
export interface LogLine {
  level: 'INFO' | 'WARN' | 'TRACE' | 'VERSION' | 'CALL' | 'ABORT'
  host: string | null
  pid: number | null
  /** CUDA device index. */
  device: number | null
  /** Timestamp as printed in front of WARN lines (2.26.2+). */
  at: string | null
  text: string
}

/** What collectors and launchers put in front of a line (nccl.md §1.6): mpirun, kubectl, CRI, stern, torchrun, srun, Open MPI 5. */
const PREFIXES: readonly RegExp[] = [
  /^\[\d{1,6},\d{1,6}\]<std\w{1,8}>: ?/,
  /^\[(?:pod\/)[^\]\s]{1,500}\] ?/,
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)? (?:std(?:out|err) [FP] )?/,
  /^\[(?:trainer|default|rank|worker)-?\d{1,6}(?:\|\d{1,6})?\]: ?/,
  /^ {0,6}\d{1,6}: /,
  /^\[\d{1,6}\] ?(?=[\s#\d])/,
  /^[\w.-]{1,253}\/[\w.-]{1,253}(?:\/[\w.-]{1,253})? ?[|:>] ?/,
]

/** Drops the prefixes in front of a line; up to four stacked ones. */
export function stripPrefix(line: string): string {
  let rest = line
  for (let round = 0; round < 4; round++) {
    const first = rest.charCodeAt(0)
    // Only `[`, a digit, a blank or a letter can begin a prefix: `#` lines skip the patterns.
    if (first === 35) return rest
    const prefix = PREFIXES.find((pattern) => pattern.test(rest))
    if (!prefix) return rest
    rest = rest.replace(prefix, '')
  }
  return rest
}

const WHO =
  /([^\s:[\]<>|]{1,253}):(\d{1,10}):(\d{1,10}) (?:\[(\d{1,4})\] )?(?:\S{1,200}:\d{1,7} )?(?:\([^()]{1,200}\) )?$/
const WHEN = /\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?)\] *$/

/** Reads a line that holds `NCCL INFO` or its like; null for any other. */
export function parseLogLine(line: string): LogLine | null {
  const found = /NCCL (INFO|WARN|TRACE|VERSION|CALL|ABORT) /.exec(line)
  if (!found) return null
  const before = line.slice(Math.max(0, found.index - 600), found.index)
  const who = WHO.exec(before)
  const when = who ? WHEN.exec(before.slice(0, who.index)) : null
  return {
    level: logLevel(found[1]),
    host: who?.[1] ?? null,
    pid: who?.[2] ? Number(who[2]) : null,
    device: who?.[4] ? Number(who[4]) : null,
    at: when?.[1] ?? null,
    text: line.slice(found.index + found[0].length),
  }
}

function logLevel(word: string | undefined): LogLine['level'] {
  switch (word) {
    case 'WARN':
    case 'TRACE':
    case 'VERSION':
    case 'CALL':
    case 'ABORT':
      return word
    default:
      return 'INFO'
  }
}
