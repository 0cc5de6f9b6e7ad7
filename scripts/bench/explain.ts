import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { explainSeeds } from '@/e2e/fleets/seeds'
import { toCapture } from '@/lib/explain/capture'
import { knowledge } from '@/lib/explain/knowledge'
import { median, type Part, Skipped, table } from './part'

/** Captures that several projects share, beside the repository. */
const SAMPLES = '../shared/samples'
const SAMPLE_FOLDERS = ['host', 'nccl', 'k8s']
const STARTS = 20
/** Captures of one command line; the system's limit on arguments is far away. */
const MANY = 1_000

/** `cairn explain` as a person runs it: start, and how fast it goes through many captures. */
export const explainPart: Part = {
  id: 'explain',
  title: '`cairn explain`',
  limitSec: 300,
  async run() {
    if (!existsSync('dist/cli.mjs')) throw new Skipped('dist/cli.mjs is not built: run "npm run build:node"')
    const { files, from } = captures()
    const [first] = files
    if (first === undefined) throw new Skipped(`there are no captures in ${from}`)
    const many = Array.from({ length: MANY }, (_, at) => files[at % files.length] ?? first)
    const bytes = many.reduce((sum, file) => sum + statSync(file).size, 0)
    const starts = interleaved(STARTS, [
      ['-e', '0'],
      ['bin/cairn.js', '--help'],
      ['bin/cairn.js', 'explain', '--json', first],
    ]).map(median)
    const [node = 0, help = 0, one = 0] = starts
    const all = median(interleaved(3, [['bin/cairn.js', 'explain', '--json', ...many]]).flat())
    const perSecond = (MANY - 1) / ((all - one) / 1_000)
    const start = table(
      ['what', 'measured'],
      [
        ['node itself (`node -e 0`)', `${node.toFixed(0)} ms`],
        ['`cairn --help`', `${help.toFixed(0)} ms`],
        [
          '`cairn explain --json` of one capture, from start to end',
          `${one.toFixed(0)} ms (${(one / node).toFixed(1)} × node, node + ${(one - node).toFixed(0)} ms)`,
        ],
        [
          `${MANY} captures (${files.length} different ones, ${(bytes / 1e6).toFixed(1)} MB) in one call`,
          `${(all / 1_000).toFixed(2)} s, ${perSecond.toFixed(0)} captures/s, ${(bytes / 1e6 / (all / 1_000)).toFixed(1)} MB/s`,
        ],
      ],
    )
    return `${start}\n\n${perMib()}`
  },
}

/** Characters of one parser's text: its samples over and over. */
const TEXT = 4 * 1024 * 1024

/** CPU time of recognising and parsing, kind by kind, slowest first; the cleaning of the text is the same for all and is said once. */
function perMib(): string {
  const rows = knowledge.formats.map((format) => {
    const seeds = explainSeeds(format.kind, TEXT).map((seed) => seed.replace(/\n*$/, '\n'))
    // Objects are documents of one stream; everything else follows itself.
    const all = seeds.join(format.kind === 'k8s' ? '---\n' : '')
    const text = `${all}${format.kind === 'k8s' ? '---\n' : ''}`.repeat(Math.max(1, Math.round(TEXT / all.length)))
    const clean = fastest(() => toCapture(text))
    const read = fastest(() => {
      const capture = toCapture(text)
      format.recognise(capture)
      format.parse(capture)
    })
    const mib = text.length / 1024 / 1024
    return { kind: format.kind, clean: clean / mib, parse: (read - clean) / mib }
  })
  rows.sort((a, b) => b.parse - a.parse)
  const cleaning = median(rows.map((row) => row.clean)).toFixed(0)
  return `CPU time per MiB of each parser (recognise and parse; cleaning the text takes ${cleaning} ms more):\n\n${table(
    ['kind', 'ms per MiB'],
    rows.map((row) => [row.kind, row.parse.toFixed(0)]),
  )}`
}

/** Least CPU time of five, milliseconds: compiling, collecting for the kind before and other programs only ever add. */
function fastest(run: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
  return Math.min(...times)
}

/** Wall times of commands run in turn, so that what else the machine does meets all of them alike. */
function interleaved(rounds: number, commands: readonly (readonly string[])[]): number[][] {
  const times = commands.map((): number[] => [])
  for (let round = 0; round < rounds; round += 1)
    for (const [at, args] of commands.entries()) times[at]?.push(wallMs(args))
  return times
}

function wallMs(args: readonly string[]): number {
  const began = performance.now()
  const done = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 512 * 1024 * 1024 })
  // 3: a capture among them is meant to be unreadable.
  if (done.status !== 0 && done.status !== 3) throw new Error(`${args.slice(0, 3).join(' ')} ended with ${done.status}`)
  return performance.now() - began
}

/** Recorded outputs of tools: those beside the repository where they are, else its own. */
function captures(): { files: string[]; from: string } {
  if (existsSync(SAMPLES)) return { files: SAMPLE_FOLDERS.flatMap((name) => texts(join(SAMPLES, name))), from: SAMPLES }
  return { files: ['collectors', 'e2e/fleets'].flatMap(texts), from: 'collectors and e2e/fleets' }
}

function texts(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:txt|log|yaml)$/.test(name))
    .sort()
    .map((name) => join(folder, name))
}
