import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const SHARED = join(ROOT, '../shared')
const SCORER = join(SHARED, 'tools/score/score.py')
/** Share of the expected values that must be right, percent. None may be wrong, and no capture may be taken for another kind. */
const MIN_RIGHT = 97

const python = spawnSync('python3', ['--version']).status === 0
const absent = !existsSync(SCORER) || !python
if (absent) console.info('the scorer of shared/ or python3 is not here: single captures are not scored')

/**
 * Expectations that contradict their own capture: this one prints `AdvNonFatalErr+`, and its sibling with the same flag expects it
 * (EXPLAIN §3: flags set).
 */
const CONTRADICTED = ['lspci/vvv-cx7-downgraded-gen4-x8.txt: devices[pci=0000:40:00.0].aerCorrectable']

interface Score {
  total: { captures: number; recognised: number; mistaken: number; right: number; missing: number; wrong: number }
  cases: { group: string; file: string; values: { want: string; result: string }[] }[]
}

describe.skipIf(absent)('scorer over all samples', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-score-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  beforeAll(async () => {
    const alias = { '@': ROOT }
    await build({
      absWorkingDir: ROOT,
      entryPoints: { explain: 'lib/cli/explain.ts' },
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      alias,
      logLevel: 'error',
      banner: { js: "import { createRequire as cr } from 'node:module'; const require = cr(import.meta.url);" },
    })
    writeFileSync(
      join(folder, 'run.mjs'),
      "import { main } from './explain.mjs'\nprocess.exitCode = await main(process.argv.slice(2))\n",
    )
  }, 60_000)

  it('states nothing wrong and takes no capture for another kind', { timeout: 300_000 }, () => {
    const out = join(folder, 'score.json')
    const command = `${process.execPath} ${join(folder, 'run.mjs')} --json`
    const run = spawnSync('python3', [SCORER, '--samples', join(SHARED, 'samples'), '--cmd', command, '--json', out], {
      encoding: 'utf8',
    })
    console.info(run.stdout)
    const { total, cases }: Score = JSON.parse(readFileSync(out, 'utf8'))
    const wrong = cases.flatMap(({ group, file, values }) =>
      values.filter((each) => each.result.toLowerCase() === 'wrong').map((each) => `${group}/${file}: ${each.want}`),
    )
    expect(wrong.filter((each) => !CONTRADICTED.includes(each))).toEqual([])
    expect(total.mistaken).toBe(0)
    expect((100 * total.right) / (total.right + total.missing + total.wrong)).toBeGreaterThanOrEqual(MIN_RIGHT)
  })
})
