import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readObjects } from '@/collectors/cluster/kubernetes/parse'
import { factsOfObjects } from '@/collectors/cluster/objects'
import { formats } from '@/collectors/formats.gen'
import { collectors } from '@/collectors/index.gen'
import { causes } from '@/lib/causes/index.gen'
import type { AnyCheck } from '@/lib/check'
import { checks as typed } from '@/lib/checks/index.gen'
import { evaluate } from '@/lib/engine/evaluate'
import type { FactTable } from '@/lib/engine/fact-state'
import { findCauses } from '@/lib/engine/find-causes'
import { toCapture } from '@/lib/explain/capture'
import type { Format } from '@/lib/format'

const SHARED = join(import.meta.dirname, '../../../shared/samples')
const checks: readonly AnyCheck[] = typed
const absent = !existsSync(SHARED)
if (absent) console.info('samples of shared/ are not here: the golden expectations are not checked')

interface Case {
  file: string
  kind: string
  as?: string
  verdict?: string
  faults?: string[][]
  accept?: string[]
  say?: (string | string[])[]
  notSay?: string[]
  notPass?: string[]
  healthy?: string[]
  maxCauses?: number
}

/** Facts of files: Kubernetes objects of all together, or what one format provides. */
function factsOf(files: readonly string[], kind: string, as?: string): Readonly<Record<string, unknown>> {
  const captures = files.map((file) => toCapture(readFileSync(file, 'utf8')))
  if (kind === 'k8s') {
    const found = captures.map((capture) => readObjects(capture, as))
    return factsOfObjects(
      found.flatMap((each) => each.objects),
      collectors,
      { lists: found.flatMap((each) => each.lists) },
    )
  }
  const known: readonly Format[] = formats
  const format = known.find((each) => each.kind === kind)
  const parsed = captures[0] && format?.parse(captures[0])
  return parsed?.status === 'ok' ? (format?.provides?.(parsed.facts) ?? {}) : {}
}

/** What all checks whose facts a capture holds say about it. */
function judge(files: readonly string[], kind = 'k8s', as?: string) {
  const facts = factsOf(files, kind, as)
  const table: FactTable = Object.fromEntries(
    Object.entries(facts).map(([id, value]) => [id, { status: 'ok' as const, value, at: null, refs: [] }]),
  )
  const said = checks
    .filter(
      (check) =>
        check.needs.every((id) => id in facts) && (check.anyOf === undefined || check.anyOf.some((id) => id in facts)),
    )
    .map((check) => ({
      check: check.id,
      level: check.level,
      answer: evaluate(check, table, { node: null, profile: null }),
    }))
  const verdicts = Object.fromEntries(
    said.map(({ check, level, answer }) => [
      check,
      {
        check,
        level,
        status: answer.state,
        summary: answer.verdict?.summary ?? answer.why,
        findings: answer.verdict?.findings ?? [],
        reason: answer.verdict?.reason,
        params: answer.verdict?.params,
        evidence: [],
        fix: [],
      },
    ]),
  )
  return { verdicts, causes: findCauses(causes, { node: null, profile: null, verdicts, facts }) }
}

type Judged = ReturnType<typeof judge>

const failing = ({ verdicts }: Judged) => Object.values(verdicts).filter((each) => each.status === 'fail')
const words = (judged: Judged) =>
  JSON.stringify([
    Object.values(judged.verdicts).filter((each) => ['fail', 'warn', 'unknown'].includes(each.status)),
    judged.causes,
  ])

describe.skipIf(absent)('samples of objects', () => {
  const cases: Case[] = absent ? [] : JSON.parse(readFileSync(join(SHARED, 'k8s/INDEX.json'), 'utf8'))
  const kinds = new Set<string>(['k8s', ...formats.map((each) => each.kind)])
  const unknown = cases.filter((each) => !kinds.has(each.kind))
  if (unknown.length > 0) console.info(`no format yet for ${unknown.map((each) => each.file).join(', ')}: not checked`)
  it.each(cases.filter((each) => kinds.has(each.kind)))('$file', (wanted) => {
    const judged = judge([join(SHARED, 'k8s', wanted.file)], wanted.kind, wanted.as)
    const failed = failing(judged)
    if (process.env.SHOW)
      console.info(
        wanted.file,
        failed.map((each) => `${each.check}: ${each.summary}`),
        judged.causes.map((each) => each.id),
      )
    const statuses = [
      ...({ fail: ['fail'], warn: ['warn', 'fail'] }[wanted.verdict ?? ''] ?? []),
      ...(wanted.accept ?? []),
    ]
    if (wanted.verdict === 'pass') expect(failed.map((each) => `${each.check}: ${each.summary}`)).toEqual([])
    for (const group of wanted.faults ?? []) {
      const hit = group.filter(
        (id) => statuses.includes(judged.verdicts[id]?.status ?? '') || judged.causes.some((cause) => cause.id === id),
      )
      expect(hit.length, `none of ${group} says ${statuses}`).toBeGreaterThan(0)
    }
    for (const id of wanted.notSay ?? []) {
      expect(failed.map((each) => each.check)).not.toContain(id)
      expect(judged.causes.map((each) => each.id)).not.toContain(id)
    }
    for (const id of wanted.notPass ?? []) expect(judged.verdicts[id]?.status).not.toBe('pass')
    const blamed = failed.flatMap((each) =>
      each.findings.filter((one) => one.status === 'fail').map((one) => one.subject),
    )
    for (const name of wanted.healthy ?? []) expect(blamed.filter((each) => each.includes(name))).toEqual([])
    if (wanted.maxCauses !== undefined)
      expect(judged.causes.map((each) => each.id).length).toBeLessThanOrEqual(wanted.maxCauses)
    if (wanted.verdict === 'pass' || wanted.verdict === 'unknown') return
    for (const tokens of wanted.say ?? []) {
      const text = words(judged)
      expect(
        [tokens].flat().some((token) => text.toLowerCase().includes(token.toLowerCase())),
        `says ${tokens}`,
      ).toBe(true)
    }
  })
})

describe.skipIf(absent)('recorded clusters', () => {
  const folders = absent ? [] : readdirSync(join(SHARED, 'recorded')).filter((name) => /^\d\d-/.test(name))
  it.each(folders)('%s', (folder) => {
    const at = (name: string) => join(SHARED, 'recorded', folder, name)
    const judged = judge([at('objects.yaml'), at('events.json')])
    const failed = failing(judged)
    if (process.env.SHOW)
      console.info(
        folder,
        Object.values(judged.verdicts)
          .filter((each) => each.status === 'fail' || each.status === 'warn')
          .map((each) => `${each.status} ${each.check}: ${each.summary}`),
        judged.causes.map((each) => `${each.id}: ${each.summary}`),
      )
    if (folder.startsWith('01-')) expect(failed.map((each) => `${each.check}: ${each.summary}`)).toEqual([])
  })
})
