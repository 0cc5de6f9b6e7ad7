/**
 * All benchmarks in one run, as one markdown report; loopback only. `npm run bench -- [ssh kube explain judge agent page] [--nodes 2000]
 * [--ssh-nodes 200] [--rounds 3]`. Without names: all. A part that cannot run here is skipped with its reason.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { agentPart } from './bench/agent'
import { explainPart } from './bench/explain'
import { judgePart } from './bench/judge'
import { kubePart } from './bench/kube'
import { pagePart } from './bench/page'
import { type BenchOptions, type Part, Skipped } from './bench/part'
import { sshPart } from './bench/ssh'

const PARTS: readonly Part[] = [sshPart, kubePart, explainPart, judgePart, agentPart, pagePart]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    nodes: { type: 'string', default: '2000' },
    'ssh-nodes': { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
  },
})
const unknown = positionals.filter((name) => !PARTS.some((part) => part.id === name))
if (unknown.length > 0) {
  console.error(`bench: no part is called ${unknown.join(', ')}; there are ${PARTS.map((part) => part.id).join(', ')}`)
  process.exit(2)
}
const options: BenchOptions = {
  nodes: Number(values.nodes),
  sshNodes: Number(values['ssh-nodes']),
  rounds: Number(values.rounds),
}
const load = () =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(' ')
console.log(
  `# Benchmarks\n\n${new Date().toISOString().slice(0, 16)}Z, ${cpus().length} × ${cpus()[0]?.model.trim() ?? process.arch}, Node ${process.version}; load before: ${load()}.`,
)
let failed = false
for (const part of PARTS.filter((each) => positionals.length === 0 || positionals.includes(each.id))) {
  console.log(`\n## ${part.title} (\`npm run bench -- ${part.id}\`; load ${load()})\n`)
  const began = performance.now()
  try {
    console.log(await part.run(options))
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    if (!(error instanceof Skipped)) failed = true
    console.log(error instanceof Skipped ? `Skipped: ${words}` : `Failed: ${words}`)
  }
  console.log(`\nTook ${((performance.now() - began) / 1_000).toFixed(0)} s; load after: ${load()}.`)
}
process.exit(failed ? 1 : 0)
