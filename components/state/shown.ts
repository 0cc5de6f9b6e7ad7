import { LEVELS, type LevelId } from '@/lib/levels'
import type { ShownState, State } from '@/lib/verdict'

/** The word of each state, the same everywhere (DESIGN §2). */
export const WORD: Readonly<Record<ShownState, string>> = {
  pass: 'OK',
  warn: 'Warning',
  fail: 'Failed',
  unknown: 'Unknown',
  blocked: 'Blocked',
  running: 'Running',
  'not-applicable': 'Not applicable',
  'not-proved': 'Not proved',
}

/** What a check's state looks like: a skipped check is not applicable. */
export function shownOf(state: State): ShownState {
  if (state === 'skip' || state === 'none') return 'not-applicable'
  return state
}

/** States from the attention they need, worst first: how lists of checks are sorted. */
const ATTENTION: readonly ShownState[] = [
  'fail',
  'unknown',
  'blocked',
  'warn',
  'running',
  'pass',
  'not-proved',
  'not-applicable',
]

/** Sorts by the attention a state needs. */
export function byAttention(a: ShownState, b: ShownState): number {
  return ATTENTION.indexOf(a) - ATTENTION.indexOf(b)
}

const LETTERS: Readonly<Record<string, ShownState>> = {
  p: 'pass',
  w: 'warn',
  f: 'fail',
  u: 'unknown',
  b: 'blocked',
  r: 'running',
  s: 'not-applicable',
  n: 'not-proved',
}

/** States of levels 1…10 from a tile's ten letters; a letter this page does not know is unknown, never OK. */
export function levelStates(letters: string): ShownState[] {
  return LEVELS.map((_, index) => LETTERS[letters[index] ?? ''] ?? 'unknown')
}

/** A verdict word from anywhere (timeline, snapshot, run) as a shown state; null when it is none. */
export function shownWord(word: string | null): ShownState | null {
  if (word === 'skip' || word === 'none') return 'not-applicable'
  if (word === 'ok') return 'pass'
  return word !== null && isShown(word) ? word : null
}

function isShown(word: string): word is ShownState {
  return Object.hasOwn(WORD, word)
}

/** "level 3 of 10, Drivers and firmware". */
export function levelName(id: LevelId): { number: number; title: string } {
  const level = LEVELS.find((entry) => entry.id === id)
  return { number: level?.number ?? 0, title: level?.title ?? id }
}
