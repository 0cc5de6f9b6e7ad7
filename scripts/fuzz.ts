/**
 * Fuzzes every parser of `cairn explain`: `npm run fuzz` (2,000,000 inputs over all), `npm run fuzz -- 50000 mstconfig` (per parser, one kind).
 * Prints one line per parser and each rule that was broken, with an input that breaks it; exit status 1 where one was.
 */
import { explainSeeds } from '@/e2e/fleets/seeds'
import { BY_CONTRACT, fuzzFormat } from '@/lib/explain/fuzz'
import { knowledge } from '@/lib/explain/knowledge'

const TOTAL = 2_000_000
const [count, only] = process.argv.slice(2)
const formats = knowledge.formats.filter((format) => only === undefined || format.kind === only)
const inputs = count === undefined ? Math.ceil(TOTAL / formats.length) : Number(count)
let broken = 0
for (const format of formats) {
  const started = performance.now()
  const result = fuzzFormat(format, explainSeeds(format.kind), knowledge, {
    inputs,
    seed: Date.now(),
    clock: () => performance.now(),
    judgeEvery: 50,
  })
  const violations = result.violations.filter((one) => !BY_CONTRACT[format.kind]?.test(one.what))
  broken += violations.length
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${format.kind.padEnd(20)} ${inputs} inputs ${seconds} s ${violations.length} violations`)
  for (const { rule, what, input } of violations) console.log(`  ${rule}: ${what}\n    ${JSON.stringify(input)}`)
}
process.exitCode = broken > 0 ? 1 : 0
