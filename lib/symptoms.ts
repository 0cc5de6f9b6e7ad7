import type { CauseInput, JudgedVerdict } from './cause'

/** Of these checks those that really show something wrong here: what a cause may claim. */
export function symptoms(verdicts: CauseInput['verdicts'], ids: readonly string[]): string[] {
  return ids.filter((id) => isTrouble(verdicts[id]))
}

/** A verdict that fails; null where it does not. */
export function failing(verdicts: CauseInput['verdicts'], id: string): JudgedVerdict | null {
  const verdict = verdicts[id]
  return verdict?.status === 'fail' ? verdict : null
}

/** True when a comma-separated parameter of a verdict holds the word. */
export function names(verdict: JudgedVerdict | null | undefined, param: string, word: string): boolean {
  return String(verdict?.params?.[param] ?? '')
    .split(',')
    .includes(word)
}

function isTrouble(verdict: JudgedVerdict | undefined): boolean {
  return verdict?.status === 'fail' || verdict?.status === 'warn' || verdict?.status === 'blocked'
}

/** A failing verdict for the examples of causes. */
export function failed(
  check: string,
  level: JudgedVerdict['level'],
  summary: string,
  more: Partial<JudgedVerdict> = {},
): JudgedVerdict {
  return { check, level, status: 'fail', summary, ...more }
}

/** A passing verdict for the examples of causes. */
export function passed(check: string, level: JudgedVerdict['level']): JudgedVerdict {
  return { check, level, status: 'pass', summary: 'fine' }
}
