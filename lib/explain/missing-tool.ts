import { isCommandLine } from '@/lib/command-line'
import type { ReasonCode } from '@/lib/format'
import type { ReadStatus } from '@/lib/read'

/** A tool that a shell, sudo or a container runtime could not start. */
export interface MissingTool {
  kind: string
  status: Exclude<ReadStatus, 'ok'>
  code: ReasonCode
  text: string
  line: string
}

/** Programs that print one kind only. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  mstconfig: ['mstconfig', 'mlxconfig'],
  mstfwreset: ['mstfwreset', 'mlxfwreset'],
  flint: ['mstflint', 'flint', 'mlxfwmanager', 'mstfwmanager', 'mlxup'],
  mlxlink: ['mlxlink', 'mstlink'],
  'mst-status': ['mst'],
  devlink: ['devlink'],
  ibstat: ['ibstat'],
  ibstatus: ['ibstatus'],
  rdma: ['rdma'],
  ibdev2netdev: ['ibdev2netdev'],
  show_gids: ['show_gids'],
  ibv_devinfo: ['ibv_devinfo'],
  mlnx_qos: ['mlnx_qos'],
  perfquery: ['perfquery', 'sminfo'],
  ethtool: ['ethtool'],
  lspci: ['lspci'],
  dmesg: ['dmesg', 'journalctl'],
  rping: ['rping'],
  ibping: ['ibping'],
  perftest: ['read', 'write', 'send', 'atomic'].flatMap((verb) => [`ib_${verb}_bw`, `ib_${verb}_lat`]),
  versions: ['ofed_info', 'mokutil', 'modinfo'],
}
const KINDS = new Map(Object.entries(PROGRAMS).flatMap(([kind, names]) => names.map((name) => [name, kind] as const)))

/** Words with the program's name in them; every pattern is anchored or begins with fixed words. */
const ABSENT = [
  /^(?:[\w./-]{1,100}: )?(?:line \d{1,6}: |\d{1,6}: )?(?:\/[\w./-]{1,200}\/)?([\w-]{2,20}): (?:command )?not found\s*$/,
  // In whatever language: a shell that names a program as its trouble did not start it.
  /^(?:-?[a-z]{0,3}sh|sudo|env|nohup): (?:\S{1,12} \d{1,6}: )?(?:\/[\w./-]{1,200}\/)?([\w-]{2,20}): (?!Permission denied)\S.{1,80}$/,
  /^zsh: command not found: ([\w-]{2,20})\s*$/,
  /^Command '([\w-]{2,20})' not found/,
  /exec: "(?:\/[\w./-]{1,200}\/)?([\w-]{2,20})": (?:executable file not found in \$PATH|stat |permission denied)/,
  /failed to (?:run command|execute) ['‘]?(?:\/[\w./-]{1,200}\/)?([\w-]{2,20})['’]?: No such file or directory/,
]
const DENIED = [
  /is not allowed to execute '(?:\/[\w./-]{1,200}\/)?([\w-]{2,20})(?: [^']{0,500})?' as /,
  /^(?:-?[a-z]{0,3}sh|sudo|env|nohup): (?:\/[\w./-]{1,200}\/)?([\w-]{2,20}): Permission denied\s*$/,
]
/** Most lines of such an answer, with what people paste around it: in a longer text it is one line of many. */
const MAX_LINES = 10

/** Which tool a text says could not be started, when it says nothing else; null for everything else. */
export function missingTool(lines: readonly string[]): MissingTool | null {
  const spoken: string[] = []
  for (const line of lines) {
    if (line.trim() !== '' && !isCommandLine(line)) spoken.push(line)
    if (spoken.length > MAX_LINES) return null
  }
  for (const raw of spoken) {
    const line = raw.slice(0, 1000).trim()
    const absent = named(ABSENT, line)
    if (absent)
      return { kind: absent.kind, status: 'absent', code: 'other', text: `${absent.program} is not installed`, line }
    const denied = named(DENIED, line)
    if (denied)
      return { kind: denied.kind, status: 'denied', code: 'needs-root', text: `${denied.program} may not be run`, line }
  }
  return null
}

function named(patterns: readonly RegExp[], line: string): { program: string; kind: string } | null {
  for (const pattern of patterns) {
    const program = pattern.exec(line)?.[1]
    const kind = program === undefined ? undefined : KINDS.get(program)
    if (program !== undefined && kind !== undefined) return { program, kind }
  }
  return null
}
