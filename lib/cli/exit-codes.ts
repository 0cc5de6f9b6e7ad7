import type { FleetNode } from '@/lib/contract/api'

/** What every command ends with. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unknown: 3,
  refused: 4,
  alreadyRunning: 75,
  configuration: 78,
} as const

/** The words of `--help`. */
export const EXIT_HELP = `Exit codes:
  0   every required level (1 to 7) of every node asked for is OK or a warning; the command did what it says
  1   something failed
  2   the command line is wrong
  3   unknown: not read, not reachable, blocked, or there was nothing to judge
  4   the agent does not answer, or refuses
  75  an agent is running already
  78  the configuration or the store cannot be used
`

/** Exit code of a set of nodes: a failure outranks what is unknown; nothing to judge is unknown, never OK. */
export function exitCodeOf(states: readonly FleetNode['state'][]): number {
  if (states.includes('fail')) return EXIT.failed
  if (states.length === 0 || states.some((state) => state === 'unknown' || state === 'blocked')) return EXIT.unknown
  return EXIT.ok
}
