import type { CauseInput, JudgedVerdict } from '@/lib/cause'

/** Resource names (`nvidia.com/a,nvidia.com/b`) that a verdict carries in `params.resources`, without prefix. */
export function resourcesOf(verdict: JudgedVerdict | null | undefined): readonly string[] {
  return String(verdict?.params?.resources ?? '')
    .split(',')
    .map((each) => each.slice(each.indexOf('/') + 1).trim())
    .filter((each) => each !== '')
}

/** True where everything that a verdict blames names one of these resources: then they are what it waits for. */
export function isAbout(input: CauseInput, check: string, resources: readonly string[]): boolean {
  const verdict = input.verdicts[check]
  if (!verdict || resources.length === 0) return false
  const bad = verdict.findings?.filter((each) => each.status !== 'pass') ?? []
  const texts = bad.length > 0 ? bad.map((each) => each.summary) : [verdict.summary]
  return texts.every((text) => resources.some((name) => holds(text, name)))
}

/** The name as a whole word: `rail1` is not in `rail10`. */
function holds(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!/[\w.-]/.test(text[at - 1] ?? ' ') && !/[\w-]/.test(text[at + name.length] ?? ' ')) return true
  return false
}

/** Of these checks those that show something here and speak of these resources only. */
export function symptomsAbout(input: CauseInput, checks: readonly string[], resources: readonly string[]): string[] {
  return checks.filter(
    (id) => ['fail', 'warn', 'blocked'].includes(input.verdicts[id]?.status ?? '') && isAbout(input, id, resources),
  )
}
