import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { median, type Part, Skipped, table } from './part'

/** Captures that several projects share, beside the repository. */
const SAMPLES = '../shared/samples'
const SAMPLE_FOLDERS = ['host', 'nccl', 'k8s']
const STARTS = 15
/** Captures of one command line; the system's limit on arguments is far away. */
const MANY = 1_000

/** `cairn explain` as a person runs it: start, and how fast it goes through many captures. */
export const explainPart: Part = {
  id: 'explain',
  title: '`cairn explain`',
  limitSec: 180,
  async run() {
    if (!existsSync('dist/cli.mjs')) throw new Skipped('dist/cli.mjs is not built: run "npm run build:node"')
    const { files, from } = captures()
    const [first] = files
    if (first === undefined) throw new Skipped(`there are no captures in ${from}`)
    const many = Array.from({ length: MANY }, (_, at) => files[at % files.length] ?? first)
    const bytes = many.reduce((sum, file) => sum + statSync(file).size, 0)
    const node = median(times(STARTS, ['-e', '0']))
    const help = median(times(STARTS, ['bin/cairn.js', '--help']))
    const one = median(times(STARTS, ['bin/cairn.js', 'explain', '--json', first]))
    const all = median(times(3, ['bin/cairn.js', 'explain', '--json', ...many]))
    const perSecond = (MANY - 1) / ((all - one) / 1_000)
    return table(
      ['what', 'measured'],
      [
        ['node itself (`node -e 0`)', `${node.toFixed(0)} ms`],
        ['`cairn --help`', `${help.toFixed(0)} ms`],
        [
          '`cairn explain --json` of one capture, from start to end',
          `${one.toFixed(0)} ms (${(one / node).toFixed(1)} × node)`,
        ],
        [
          `${MANY} captures (${files.length} different ones, ${(bytes / 1e6).toFixed(1)} MB) in one call`,
          `${(all / 1_000).toFixed(2)} s, ${perSecond.toFixed(0)} captures/s, ${(bytes / 1e6 / (all / 1_000)).toFixed(1)} MB/s`,
        ],
      ],
    )
  },
}

function times(rounds: number, args: readonly string[]): number[] {
  return Array.from({ length: rounds }, () => {
    const began = performance.now()
    const done = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 512 * 1024 * 1024 })
    // 3: a capture among them is meant to be unreadable.
    if (done.status !== 0 && done.status !== 3)
      throw new Error(`${args.slice(0, 3).join(' ')} ended with ${done.status}`)
    return performance.now() - began
  })
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
