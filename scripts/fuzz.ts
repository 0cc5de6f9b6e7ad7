/**
 * Fuzzes every parser of `cairn explain`: `npm run fuzz` (2,000,000 inputs over all), `npm run fuzz -- 50000 mstconfig` (per parser, one kind).
 * `--seed N` repeats a run; `--resume FILE` notes each finished parser there and skips those noted, so that a long run can be stopped.
 * Prints one line per parser and each rule that was broken, with an input that breaks it; exit status 1 where one was.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { explainSeeds } from '@/e2e/fleets/seeds'
import { BY_CONTRACT, fuzzFormat } from '@/lib/explain/fuzz'
import { knowledge } from '@/lib/explain/knowledge'

const TOTAL = 2_000_000
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, resume: { type: 'string' } },
})
const [count, only] = positionals
const noted = values.resume && existsSync(values.resume) ? readFileSync(values.resume, 'utf8').split('\n') : []
const done = new Set(noted.map((line) => line.split(' ')[0]))
const kinds = knowledge.formats.filter((format) => only === undefined || format.kind === only)
const inputs = count === undefined ? Math.ceil(TOTAL / kinds.length) : Number(count)
const seed = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed)
let [broken, ran] = [0, 0]
const began = performance.now()
for (const format of kinds.filter(({ kind }) => !done.has(kind))) {
  const started = performance.now()
  const result = fuzzFormat(format, explainSeeds(format.kind), knowledge, {
    inputs,
    seed,
    clock: () => performance.now(),
    judgeEvery: 50,
  })
  const violations = result.violations.filter((one) => !BY_CONTRACT[format.kind]?.test(one.what))
  broken += violations.length
  ran += result.inputs
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const line = `${format.kind.padEnd(20)} ${result.inputs} inputs, seed ${seed}, ${seconds} s, ${violations.length} violations`
  console.log(line)
  for (const { rule, what, input } of violations) console.log(`  ${rule}: ${what}\n    ${JSON.stringify(input)}`)
  if (values.resume) appendFileSync(values.resume, `${line}\n`)
}
console.log(`${ran} inputs in ${((performance.now() - began) / 1000).toFixed(0)} s, ${broken} rules broken`)
process.exitCode = broken > 0 ? 1 : 0
