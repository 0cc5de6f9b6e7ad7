import { describe, expect, it } from 'vitest'
import type { AnyCheck } from '@/lib/check'
import { checks as typed } from '@/lib/checks/index.gen'
import { causeFiles } from './files.gen'
import { causes } from './index.gen'

const checkIds = new Set((typed as readonly AnyCheck[]).map((check) => check.id))

describe('the list of causes', () => {
  it('has one entry per file and is not empty', () => {
    expect(causes.length).toBeGreaterThan(0)
    expect(causes.map((cause) => cause.id).sort()).toEqual([...causeFiles].sort())
  })
})

describe.each(causes.map((cause) => [cause.id, cause] as const))('%s', (_id, cause) => {
  it('explains checks that exist and names its sources', () => {
    expect(cause.explains.length).toBeGreaterThan(0)
    for (const id of cause.explains) expect(checkIds, `${cause.id} explains ${id}`).toContain(id)
    expect(cause.refs.length).toBeGreaterThan(0)
    expect(cause.why.length).toBeGreaterThan(30)
    expect(cause.examples.some((example) => example.matches)).toBe(true)
    expect(cause.examples.some((example) => !example.matches)).toBe(true)
  })

  it.each(cause.examples.map((example) => [example.name, example] as const))('example: %s', (_name, example) => {
    const verdicts = Object.fromEntries(example.verdicts.map((verdict) => [verdict.check, verdict]))
    const match = cause.match({ node: example.node ?? 'dgx030', profile: null, verdicts, facts: example.facts ?? {} })
    expect(match !== null).toBe(example.matches)
    if (!match) return
    for (const id of match.explains) expect(cause.explains).toContain(id)
    expect(match.summary.length).toBeGreaterThan(20)
    expect(match.fix.length).toBeGreaterThan(0)
    expect(JSON.stringify(match.params)).not.toContain(example.node ?? 'dgx030')
  })
})
