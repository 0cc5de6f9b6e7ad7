import { readFileSync } from 'node:fs'

/** What the kernel says a process has cost so far. */
export interface ProcessCost {
  rssBytes: number
  peakRssBytes: number
  cpuMs: number
}

/** Clock ticks of /proc/<pid>/stat a second; 100 on every Linux we know (USER_HZ). */
const TICKS = 100

/** Memory and CPU time of a process. @throws Error when it is gone. */
export function costOf(pid: number): ProcessCost {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kib = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN)
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The command's name stands in parentheses and may hold blanks: fields are counted after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return { rssBytes: kib('VmRSS') * 1024, peakRssBytes: kib('VmHWM') * 1024, cpuMs: (ticks * 1_000) / TICKS }
}
