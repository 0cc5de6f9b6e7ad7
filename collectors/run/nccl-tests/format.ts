import { jsonValues } from '@/lib/explain/json-values'
import { format, notOk, ok } from '@/lib/format'
import { sanitiseLine } from '@/lib/sanitise'
import type { NcclFacts } from './facts'
import { isRcclReport, readRcclReport } from './rccl-json'
import { createNcclReader } from './reader'
import { runOfCapture } from './runs'
import { withoutWraps } from './wrapped'

/** How much of a capture is looked at to recognise it, characters. */
const LOOK = 2 * 1024 * 1024
/** Piece size handed to the reader. */
const PIECE = 256 * 1024

/** The shell or the loader about a test that never ran. */
const NOT_STARTED =
  /\b(?:all_reduce|all_gather|reduce_scatter|alltoallv?|sendrecv|broadcast|reduce|gather|scatter|hypercube)_perf(?:_\w{1,16})?: (?:error while loading shared libraries: .{1,200}|(?:command )?not found|No such file or directory|Permission denied)/

const MARKS: readonly [RegExp, number][] = [
  [/\btime +algbw +busbw\b/, 95],
  [/NCCL (?:INFO|WARN|TRACE|CALL) /, 90],
  [/nThread \d+ nGpus \d+ minBytes/, 90],
  [/nccl-tests version \d|rccl-tests: Version/, 90],
  [/Rank {1,6}\d+ {1,4}(?:Group {1,6}\d+ {1,4})?Pid {1,12}\d+ on /, 85],
  [/Test (?:NCCL|CUDA) failure \S+:\d+ '/, 85],
  [/ \d+ +\d+ +(?:float|half|double|bfloat16|u?int\d*|f8e\w+) .{0,40} \d+(?:\.\d+)? +\d+\.\d\d +\d+\.\d\d /, 80],
  [/Out of bounds values *: *\d|Avg bus bandwidth *: /, 75],
  [/\b[NR]CCL version ?:? \d\.\d/, 70],
  [/NCCL error in: |Watchdog caught collective operation timeout|Last NCCL warning\(error\) log entry/, 55],
  [
    /\bNCCL (?:error: |operation \w{3,60}\()|\bnccl(?:System|Remote|Internal|UnhandledCuda)Error\b|\bncclCommInit\w{0,40} failed/,
    50,
  ],
  [
    /(?:ORTE|PRTE|PRRTE) (?:was unable|has lost)|There are not enough slots available in the system|mpirun has detected/,
    45,
  ],
  [NOT_STARTED, 60],
  // A launcher whose workers have no name yet; other tools lose hosts that are no workers.
  [/^ssh: Could not resolve hostname \S{1,200}-worker-\d/m, 40],
]

/** EXPLAIN kind `nccl`: nccl-tests table or `-J` report, NCCL log, or both. */
export default format<'nccl', NcclFacts>({
  kind: 'nccl',
  title: 'NCCL log or nccl-tests output',
  recognise({ text }) {
    const head = text.length > LOOK ? text.slice(0, LOOK) : text
    if (/^\s*\{(?!"log":)/.test(head)) return recogniseJson(head)
    if (embeddedReport(text) !== null) return 92
    if (isRcclReport(head)) return 95
    let best = 0
    for (const [mark, certainty] of MARKS) if (certainty > best && mark.test(head)) best = certainty
    return best
  },
  parse({ text }) {
    if (text.trim() === '') return notOk('unreadable', 'not-recognised', 'nothing was printed')
    const rccl = isRcclReport(text.slice(0, LOOK))
    const clean = rccl ? text : (embeddedReport(text) ?? withoutWraps(text))
    const read = rccl ? readRcclReport(text) : factsOf(clean)
    const providerMissing = providerWarning(clean)
    const facts = providerMissing === null ? read : { ...read, providerMissing }
    const unstarted = saysAnything(facts) ? null : NOT_STARTED.exec(text.slice(0, LOOK))
    if (unstarted) return notOk('absent', 'other', 'the test could not be started', [unstarted[0]])
    if (!saysAnything(facts))
      return notOk('unreadable', 'bad-layout', 'no table, no NCCL log line and no known error in it')
    if (facts.complete || facts.form === 'log') return ok(facts)
    return ok(facts, { reason: { code: 'cut', text: 'the output ends before its footer' } })
  },
  provides: (facts) => ({ ncclRuns: { runs: [runOfCapture(facts)] } }),
})

/** libibverbs tries every driver it is configured with (dynamic_driver.c): only that of our NICs matters. */
function providerWarning(text: string): string | null {
  if (!text.includes("couldn't load driver '")) return null
  const line = /libibverbs: Warning: couldn't load driver '(?:lib)?mlx5\b[^\n]{0,300}(?=\n)/.exec(text)?.[0]
  return line === undefined ? null : sanitiseLine(line, 300)
}

function factsOf(text: string): NcclFacts {
  const reader = createNcclReader()
  for (let at = 0; at < text.length; at += PIECE) reader.push(text.slice(at, at + PIECE))
  return reader.facts()
}

/** The `-J` report in a text that has words around it, from its first brace on; null where it is none, or a table is there as well. */
function embeddedReport(text: string): string | null {
  const head = text.slice(0, LOOK)
  if (/^\s*\{/.test(head) || !head.includes('"nccl_version"') || /\btime +algbw +busbw\b/.test(head)) return null
  const start = /^[ \t]*\{[ \t]*(?:\n|"version")/m.exec(head)
  if (!start || recogniseJson(head.slice(start.index)) === 0) return null
  const report = text.slice(start.index)
  const [first] = jsonValues(report, 1)
  return first?.complete ? JSON.stringify(first.value) : report
}

function recogniseJson(head: string): number {
  const results = /"(?:out_of_place|average_bus_bandwid)/.test(head)
  const config =
    /"nccl_version" *:/.test(head) && /"(?:minimum_bytes|warmup_iters|aggregated_iterations)" *:/.test(head)
  return results || config ? 95 : 0
}

function saysAnything(facts: NcclFacts): boolean {
  return (
    facts.form === 'tests' ||
    facts.rows.length > 0 ||
    facts.schemaVersion !== null ||
    facts.signatures.length > 0 ||
    facts.networks.length > 0 ||
    facts.nics.length > 0 ||
    facts.versions.length > 0 ||
    facts.ranks !== null ||
    facts.environment.length > 0
  )
}
