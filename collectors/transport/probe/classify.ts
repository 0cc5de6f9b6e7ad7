import type { RawRead, ReadStatus } from '@/lib/read'
import { sanitiseLine } from '@/lib/sanitise'
import type { Section } from '../types'
import type { SectionFrame } from './frames'
import { capBytes, limitSec } from './script'

/** sudo's refusals with LC_ALL=C (sudo 1.8 and 1.9), and the words of the missing right. */
const SUDO_REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/a password is required|a terminal is required to read the password|no askpass program/, 'sudo asks for a password'],
  [/is not in the sudoers file/, 'the login user is not in the sudoers file'],
  [/is not allowed to (?:execute|run)|may not run sudo/, 'sudo does not allow this command'],
  [/you must have a tty to run sudo/, 'sudo requires a tty (requiretty)'],
  [/needs root, and sudo is not installed/, 'needs root, and sudo is not installed'],
  [/sudo: (?:account validation failure|PAM account management error|Account expired)/, 'sudo refuses the account'],
  [/must be owned by uid 0|effective uid is not 0|no valid sudoers sources found/, 'sudo is not set up on this node'],
]
const NO_PERMISSION =
  /permission denied|operation not permitted|must be (?:run as )?root|requires? root|need(?:s)? root|root privileges/i
const SIGNALS: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  9: 'SIGKILL, perhaps out of memory',
  11: 'SIGSEGV',
  15: 'SIGTERM',
}
const SIGPIPE = 13
const SIGXFSZ = 25

/** How a finished section ends: exit codes of the shell, then sudo's words, then ours. Text is kept for the evidence page in every case. */
export function classifySection(section: Section, frame: SectionFrame, startedAt: string): RawRead {
  const cap = capBytes(section)
  const text = frame.stdout.toString('utf8', 0, Math.min(frame.stdout.length, cap))
  const stderr = frame.stderr.toString('utf8')
  const cut = frame.stdoutTotal > frame.stdout.length || frame.stdout.length > cap
  const [status, reason] = judge(section, frame, text, stderr, cut)
  const raw: RawRead = { status, text, stderr, exitCode: frame.exitCode, cut, startedAt, durationMs: frame.durationMs }
  if (reason !== undefined) raw.reason = reason
  return raw
}

function judge(
  section: Section,
  frame: SectionFrame,
  text: string,
  stderr: string,
  cut: boolean,
): [ReadStatus, string?] {
  const { read } = section
  const { exitCode } = frame
  const from = read.package === undefined ? '' : ` (package ${read.package})`
  if (frame.how === 'a') return ['absent', `${read.tool ?? 'the tool'} is not installed${from}`]
  if (frame.how === 't') return ['timeout', `no end within ${limitSec(section)} s`]
  if (exitCode === 127) return ['absent', `${read.tool ?? 'a tool'} is not installed${from}: ${lastLine(stderr)}`]
  const empty = text.trim() === ''
  const refused = SUDO_REFUSALS.find(([words]) => words.test(stderr))
  if (refused && (exitCode !== 0 || empty)) return ['denied', `${refused[1]}: ${lineWith(stderr, refused[0])}`]
  if (exitCode === 126) return ['denied', `cannot be executed: ${lastLine(stderr)}`]
  if (exitCode !== 0 && empty && NO_PERMISSION.test(stderr)) return ['denied', lineWith(stderr, NO_PERMISSION)]
  const signal = exitCode > 128 && exitCode <= 192 ? exitCode - 128 : 0
  if (signal !== 0 && signal !== SIGPIPE && !(signal === SIGXFSZ && cut)) {
    return ['unreadable', `killed by signal ${SIGNALS[signal] ?? signal}`]
  }
  return ['ok']
}

function lastLine(text: string): string {
  return sanitiseLine(text.trimEnd().slice(-2000).split('\n').at(-1) ?? '', 200)
}

function lineWith(text: string, words: RegExp): string {
  return sanitiseLine(text.split('\n').find((line) => words.test(line)) ?? '', 200)
}

/** A section that has no frame: never asked, or never answered. */
export function unanswered(
  status: Exclude<ReadStatus, 'ok'>,
  reason: string,
  startedAt: string,
  durationMs = 0,
): RawRead {
  return { status, text: '', stderr: '', exitCode: null, cut: false, reason, startedAt, durationMs }
}
