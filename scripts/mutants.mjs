/**
 * Plants known bugs (reliability-security-ux §2.7 and our own) one by one in a copy of the tree and expects the named tests to fail.
 * `npm run mutants [-- M-04 M-10]`; by hand, not in CI. Exits 1 when a bug lives, or when its place in the code has moved.
 */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const COPIED = [
  'lib',
  'collectors',
  'e2e',
  'scripts',
  'components',
  'app',
  'deploy',
  'docs',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
]
const LIMIT_MS = 180_000

const asked = process.argv.slice(2)
const all = JSON.parse(readFileSync(join(ROOT, 'scripts/mutants.json'), 'utf8'))
const mutants = asked.length === 0 ? all : all.filter((mutant) => asked.includes(mutant.id))
if (mutants.length === 0) {
  console.error(`mutants: none of ${asked.join(', ')} is known`)
  process.exit(2)
}

const copy = mkdtempSync(join(tmpdir(), 'cairn-mutants-'))
try {
  for (const name of COPIED)
    if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(copy, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  const began = Date.now()
  const sound = new Map()
  const rows = []
  for (const mutant of mutants) {
    const row = await judge(mutant, sound)
    rows.push({ id: mutant.id, what: mutant.what, ...row })
    console.error(`${mutant.id}\t${row.result}\t${(row.ms / 1000).toFixed(0)} s`)
  }
  console.log('\n| mutant | planted bug | result | by |\n| --- | --- | --- | --- |')
  for (const { id, what, result, by } of rows) console.log(`| ${id} | ${what} | ${result} | ${by} |`)
  const alive = rows.filter((row) => row.result !== 'killed')
  console.log(
    `\n${rows.length - alive.length} of ${rows.length} killed in ${Math.round((Date.now() - began) / 1000)} s`,
  )
  process.exitCode = alive.length === 0 ? 0 : 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}

/** Tests must pass without the bug, or their failing says nothing; each that is there is asked in turn until one fails. */
async function judge(mutant, sound) {
  const began = Date.now()
  const done = (result, by = '') => ({ result, by, ms: Date.now() - began })
  const path = join(copy, mutant.file)
  const source = readFileSync(path, 'utf8')
  let planted = source
  for (const { from, to } of [mutant, ...(mutant.also ?? [])]) {
    if (planted.split(from).length !== 2) return done('the code has moved', from.slice(0, 60))
    planted = planted.replace(from, () => to)
  }
  const tests = mutant.tests.filter((test) => existsSync(join(copy, test)))
  if (tests.length === 0) return done('no test', mutant.tests.join(' '))
  let usable = 0
  for (const test of tests) {
    const key = `${test} ${mutant.only ?? ''}`
    if (!sound.has(key)) sound.set(key, (await run(test, mutant.only)) === 0)
    if (!sound.get(key)) continue
    usable += 1
    writeFileSync(path, planted)
    const code = await run(test, mutant.only)
    writeFileSync(path, source)
    if (code !== 0) return done('killed', test)
  }
  return usable === 0 ? done('its tests fail without it', tests.join(' ')) : done('LIVES', tests.join(' '))
}

/** @param only part of the names of the tests to run */
function run(test, only) {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--bail', '1', test, ...(only ? ['-t', only] : [])],
      {
        cwd: copy,
        stdio: 'ignore',
        timeout: LIMIT_MS,
      },
    )
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
