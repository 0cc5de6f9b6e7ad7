import type { ReasonCode } from '@/lib/format'
import type { ReadStatus } from '@/lib/read'

/** Why a tool of any kind could not look. */
export interface ToolRefusal {
  status: Exclude<ReadStatus, 'ok'>
  code: ReasonCode
  text: string
  /** The line that says so. */
  line: string
}

const RULES: readonly (readonly [RegExp, Omit<ToolRefusal, 'line'>])[] = [
  [
    /^sudo: .{0,200}(?:password is required|terminal is required|not in the sudoers|not allowed)|is not (?:allowed to execute|in the sudoers file)/,
    { status: 'denied', code: 'needs-root', text: 'sudo refused: the collector lacks privilege' },
  ],
  [
    /Permission denied|Operation not permitted|must be root|root privileges|insufficient permissions|Access denied/i,
    { status: 'denied', code: 'needs-root', text: 'This needs root' },
  ],
  [
    /command not found|: not found$|No such file or directory: .{0,100}|executable file not found/,
    { status: 'absent', code: 'other', text: 'The tool is not installed' },
  ],
]

/** The first line in which a shell, sudo or the kernel refuses a tool; null when none does. */
export function toolRefusal(lines: readonly string[]): ToolRefusal | null {
  for (const raw of lines.slice(0, 2000)) {
    const line = raw.slice(0, 500).trim()
    const rule = RULES.find(([pattern]) => pattern.test(line))
    if (rule) return { ...rule[1], line }
  }
  return null
}
