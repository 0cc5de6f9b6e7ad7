import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AnyCheck, Context } from '@/lib/check'
import { evaluate } from '@/lib/engine/evaluate'
import type { FactTable } from '@/lib/engine/fact-state'
import { CHECK_LEVELS } from '@/lib/levels'
import { worse } from '@/lib/verdict'
import { checkFiles } from './files.gen'
import { checks as typed } from './index.gen'

const checks: readonly AnyCheck[] = typed
const NOBODY: Context = { node: 'dgx030', profile: null }

/** Facts as the engine would hold them, frozen: a check that writes to its input throws. */
function table(facts: object): FactTable {
  return Object.fromEntries(
    Object.entries(facts).map(([id, value]) => [
      id,
      { status: 'ok' as const, value: deepFreeze(structuredClone(value)), at: null, refs: [] },
    ]),
  )
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}

function contextOf(example: AnyCheck['examples'][number]): Context {
  return { ...NOBODY, ...example.context }
}

/** An example's declared status as the engine words it. */
const stateOf = (status: string) => (status === 'lacking' ? 'unknown' : status)

describe('the list of checks', () => {
  it('has one entry per file and is not empty', () => {
    const onDisk = CHECK_LEVELS.flatMap((level) =>
      safeList(`lib/checks/${level}`).map((file) => `${level}/${file.replace(/\.ts$/, '')}`),
    )
    expect(checks.length).toBeGreaterThan(0)
    expect([...checkFiles].sort()).toEqual(onDisk.sort())
    expect(checks.map((check) => `${check.level}/${check.id}`).sort()).toEqual([...checkFiles].sort())
  })

  it('knows every id in `after`, without a cycle', () => {
    const byId = new Map(checks.map((check) => [check.id, check]))
    const done = new Set<string>()
    const visit = (id: string, path: readonly string[]): void => {
      expect(path, `cycle through ${id}`).not.toContain(id)
      if (done.has(id)) return
      const check = byId.get(id)
      expect(check, `${path.at(-1)} rests on ${id}, which does not exist`).toBeDefined()
      for (const below of check?.after ?? []) visit(below, [...path, id])
      done.add(id)
    }
    for (const check of checks) visit(check.id, [])
  })
})

describe.each(checks.map((check) => [`${check.level}/${check.id}`, check] as const))('%s', (_name, check) => {
  it('says what it is, why it matters and where the rule comes from', () => {
    for (const title of [check.title.pass, check.title.fail]) {
      expect(title.length).toBeGreaterThan(3)
      expect(title.length).toBeLessThanOrEqual(72)
      expect(title).not.toMatch(/\.$/)
    }
    expect(check.why.length).toBeGreaterThan(30)
    expect(check.refs.length).toBeGreaterThan(0)
    expect(check.needs.length + (check.anyOf?.length ?? 0)).toBeGreaterThan(0)
  })

  it('has a passing and a failing (or warning) example', () => {
    const statuses = check.examples.map((example) => example.status)
    expect(statuses.some((status) => status === 'pass')).toBe(true)
    expect(statuses.some((status) => status === 'fail' || status === 'warn')).toBe(true)
  })

  it.each(check.examples.map((example) => [example.name, example] as const))('example: %s', (_example, example) => {
    const facts = table(example.facts)
    const answer = evaluate(check, facts, contextOf(example))
    expect(answer.state, answer.why || answer.verdict?.summary).toBe(stateOf(example.status))
    expect(evaluate(check, facts, contextOf(example)), 'deterministic').toEqual(answer)
    if (answer.state === 'unknown') return
    expect(answer.verdict?.summary.length ?? 0).toBeGreaterThan(5)
    if (answer.state !== 'fail') return
    expect(
      (answer.verdict?.evidence?.length ?? 0) + (answer.verdict?.findings?.length ?? 0),
      'a failure shows its evidence',
    ).toBeGreaterThan(0)
    expect(answer.fix.length, 'a failure says what to do').toBeGreaterThan(0)
  })

  it.each(check.examples.map((example) => [example.name, example] as const))(
    'without a need it is unknown, without a want never better: %s',
    (_example, example) => {
      const facts = table(example.facts)
      const full = evaluate(check, facts, contextOf(example)).state
      for (const need of check.needs)
        expect(evaluate(check, { ...facts, [need]: undefined }, contextOf(example)).state).toBe('unknown')
      for (const want of check.wants ?? []) {
        if (!(want in facts)) continue
        const poorer = evaluate(check, { ...facts, [want]: undefined }, contextOf(example)).state
        const better = worse(full, poorer) && poorer === 'pass'
        expect(better, `without ${want} it turns from ${full} to ${poorer}`).toBe(false)
      }
    },
  )
})

function safeList(folder: string): string[] {
  try {
    return readdirSync(folder).filter(
      (file) => file.endsWith('.ts') && !file.includes('.test.') && !file.includes('.gen.'),
    )
  } catch {
    return []
  }
}
