import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explainFolder } from '@/lib/cli/explain-folder'
import type { Together } from '@/lib/explain/explain-together'
import { knowledge } from '@/lib/explain/knowledge'
import { REQUIRED_LEVELS } from '@/lib/levels'
import { SITUATIONS } from './recorded-expectations'

const RECORDED = join(import.meta.dirname, '../../../shared/samples/recorded')
const GOLDEN = join(import.meta.dirname, 'golden')
/** `UPDATE_GOLDEN=1 npx vitest run e2e/fleets/recorded.test.ts` writes the tables anew. */
const update = process.env.UPDATE_GOLDEN === '1'
const absent = !existsSync(RECORDED)
if (absent) console.info('recorded clusters of shared/ are not here: their diagnoses are not checked')

/** Everything said against something: failures, warnings and causes, as one text. */
function said({ reports, causes }: Together): string {
  const checks = reports.flatMap((report) => report.checks.filter((check) => ['fail', 'warn'].includes(check.state)))
  const findings = checks.flatMap((check) => check.findings.filter((one) => one.status !== 'pass'))
  return [...checks, ...findings, ...causes].map((one) => one.summary).join('\n')
}

/** Ids of what is blamed: causes, and failed or warned checks. */
function blamed({ reports, causes }: Together): ReadonlySet<string> {
  const checks = reports.flatMap((report) => report.checks.filter((check) => ['fail', 'warn'].includes(check.state)))
  return new Set([...checks, ...causes].map((one) => one.id))
}

/** Node × check → state, for every state but a pass or a skip: what a change of a rule changes. */
function table({ reports, headline }: Together): string {
  const rows = reports.flatMap((report) => [
    `${report.node} ${report.state} ${report.firstBroken ?? '-'} [${report.causes.map((cause) => cause.signature).join(' ')}]`,
    ...report.checks
      .filter((check) => ['fail', 'warn', 'blocked'].includes(check.state))
      .map((check) => `${report.node} ${check.level}/${check.id} ${check.state}`)
      .sort(),
  ])
  return `${[`headline ${headline.signature ?? '-'} on ${headline.nodes.join(' ') || '-'}`, ...rows].join('\n')}\n`
}

describe.skipIf(absent)('recorded clusters', () => {
  it.each(SITUATIONS)('$folder', { timeout: 60_000 }, async (situation) => {
    const { together } = await explainFolder(join(RECORDED, situation.folder), knowledge)
    const text = said(together)
    const ids = blamed(together)
    if (situation.headline === null) {
      expect(together.headline.id).toBeNull()
      expect(together.causes).toEqual([])
      const failed = together.reports.flatMap((report) => report.checks.filter((check) => check.state === 'fail'))
      expect(failed.map((check) => `${check.level}/${check.id}: ${check.summary}`)).toEqual([])
      for (const { checks } of together.reports)
        expect(checks.filter((check) => isRequired(check.level) && check.state === 'pass').length).toBeGreaterThan(0)
    } else {
      expect(situation.headline).toContain(together.headline.id)
      expect(together.causes[0]?.id).toBe(together.headline.id)
      expect(together.causes[0]?.fix.length).toBeGreaterThan(0)
      for (const words of situation.heads ?? []) expect(together.headline.text).toMatch(words)
    }
    for (const id of situation.also ?? []) expect([...ids]).toContain(id)
    for (const words of situation.says) expect(text).toMatch(words)
    if (situation.nodes) expect(together.headline.nodes).toEqual(situation.nodes)
    for (const name of situation.healthy ?? []) {
      const report = together.reports.find((each) => each.node === name)
      expect(report?.firstBroken, name).toBeNull()
      expect(report?.causes, name).toEqual([])
    }
    for (const id of situation.wrongIds ?? []) expect([...ids]).not.toContain(id)
    for (const words of situation.wrong ?? []) expect(text).not.toMatch(words)
  })

  it.each(SITUATIONS)('$folder: table', { timeout: 60_000 }, async ({ folder }) => {
    const found = table((await explainFolder(join(RECORDED, folder), knowledge)).together)
    const file = join(GOLDEN, `${folder}.txt`)
    if (update) writeFileSync(file, found)
    expect(found).toBe(existsSync(file) ? readFileSync(file, 'utf8') : `no golden table: ${file}`)
  })
})

function isRequired(level: string): boolean {
  return REQUIRED_LEVELS.some((each) => each === level)
}
