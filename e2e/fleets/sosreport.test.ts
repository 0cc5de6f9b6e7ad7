import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { explainFolder } from '@/lib/cli/explain-folder'
import { knowledge } from '@/lib/explain/knowledge'
import { SITUATIONS } from './recorded-expectations'
import { sosreportName, writeSosreport } from './sosreport'

const RECORDED = join(import.meta.dirname, '../../../shared/samples/recorded')
const absent = !existsSync(RECORDED)
if (absent) console.info('recorded clusters of shared/ are not here: sosreports are not made of them')

/** Situations whose deciding evidence a sosreport holds; the others need workloads, budgets or events of other namespaces. */
const DECIDED = ['01', '02', '03', '04', '06', '08', '09', '11', '12', '13', '17', '20']

const work = mkdtempSync(join(tmpdir(), 'cairn-sosreport-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

async function explained(folder: string) {
  const recorded = join(RECORDED, folder)
  const target = join(work, folder)
  const logs = Object.fromEntries(
    ['network-operator', 'nv-ipam-controller'].flatMap((name) =>
      existsSync(join(recorded, `${name}.log`)) ? [[name, `${name}.log`] as const] : [],
    ),
  )
  writeSosreport(recorded, join(target, sosreportName(recorded)), logs)
  return explainFolder(target, knowledge)
}

describe.skipIf(absent)('network-operator sosreport', () => {
  it.each(SITUATIONS.filter(({ folder }) => DECIDED.includes(folder.slice(0, 2))))(
    '$folder',
    { timeout: 60_000 },
    async (situation) => {
      const { together, captures } = await explained(situation.folder)
      expect(captures.filter((one) => one.kind === 'k8s' && one.status !== 'ok')).toEqual([])
      if (situation.headline === null) {
        expect(together.headline.id).toBeNull()
        expect(together.causes).toEqual([])
        expect(together.reports.map((report) => report.node)).toEqual(['dgx030', 'dgx031', 'dgx032', 'dgx033'])
      } else expect(situation.headline).toContain(together.headline.id)
      if (situation.nodes) expect(together.headline.nodes).toEqual(situation.nodes)
      const said = [together.headline.text, ...[...together.causes, ...together.unexplained].map((one) => one.summary)].join('\n')
      for (const words of situation.wrong ?? []) expect(said).not.toMatch(words)
      const blamed = [...together.causes.map((one) => one.id), ...together.unexplained.map((one) => one.check)]
      for (const id of situation.wrongIds ?? []) expect(blamed).not.toContain(id)
    },
  )

  it('says nothing of webhooks whose pods the script does not collect', { timeout: 60_000 }, async () => {
    const { together } = await explained('10-operator-webhook-without-backend')
    expect(together.causes).toEqual([])
    expect(together.unexplained).toEqual([])
  })
})
