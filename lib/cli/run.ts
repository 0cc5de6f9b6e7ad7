import { createInterface } from 'node:readline/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type RdmaTest, type Run, type RunOptions, type RunPlan, rdmaTest, runOptions } from '@/lib/contract/runs'
import { callAgent, type SocketClientOptions } from '@/lib/contract/socket-client'
import { sanitise } from '@/lib/sanitise'
import { CLIENT_OPTIONS, findAgent } from './agent-client'
import { EXIT, EXIT_HELP } from './exit-codes'
import { rdmaTable } from './rdma-table'
import { table } from './table'
import { UsageError } from './usage-error'

export const help = `cairn run nccl --nodes a,b [--collective NAME] [--algorithm auto|ring|sharp|no-sharp] [--launcher job|mpijob] [--image IMAGE]
              [--yes] [--json]: NCCL all-reduce (or another collective of nccl-tests) between nodes
cairn run rdma --nodes a,b [--tests write-bw,write-bw-gpu,write-lat,rping] [--yes] [--json]: RDMA tests between pairs, rail by rail
cairn run search --of RUN | --nodes a,b,c [--gpu-minutes N] [--yes] [--json]: find the node that spoils a run

A search shows its cost first, runs nodes alone, in pairs and rail by rail, and ends with named suspects (exit 1), "not reproducible"
(exit 0), or undecided (exit 3).

Shows the manifest and asks before anything is created; --yes is the confirmation where nobody can be asked.
Ctrl-C cancels the run and cleans up.

${EXIT_HELP}`

const FINISHED: readonly Run['state'][] = ['succeeded', 'failed', 'cancelled', 'aborted']

/** Plans, confirms, follows and judges one run. */
export async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...CLIENT_OPTIONS,
      json: { type: 'boolean' },
      yes: { type: 'boolean', short: 'y' },
      nodes: { type: 'string' },
      tests: { type: 'string' },
      of: { type: 'string' },
      'gpu-minutes': { type: 'string' },
      collective: { type: 'string' },
      algorithm: { type: 'string' },
      launcher: { type: 'string' },
      image: { type: 'string' },
    },
  })
  const [kind] = positionals
  if ((kind !== 'nccl' && kind !== 'rdma' && kind !== 'search') || positionals.length !== 1)
    throw new UsageError('only "cairn run nccl", "cairn run rdma" and "cairn run search" are known')
  if (kind !== 'rdma' && values.tests !== undefined) throw new UsageError('--tests belongs to "cairn run rdma"')
  if (kind !== 'search' && (values.of !== undefined || values['gpu-minutes'] !== undefined))
    throw new UsageError('--of and --gpu-minutes belong to "cairn run search"')
  const gpuMinutes = minutesOf(values['gpu-minutes'])
  const client = findAgent(values)
  const nodes = await nodesOf(client, values.nodes ?? '', values.of)
  const search: RunOptions = { preset: 'search', nodes, of: values.of, gpuMinutes }
  const body =
    kind === 'search' ? search : kind === 'rdma' ? rdmaOptions(nodes, values.tests) : ncclOptions(nodes, values)
  const planned = await callAgent(client, 'planRun', { body })
  if (planned.plan === null) {
    const why = planned.candidates
      .filter((one) => nodes.includes(one.node) && !one.eligible)
      .map((one) => `${one.node}: ${one.reason}`)
    process.stderr.write(`${sanitise([planned.problem ?? 'this run cannot be planned', ...why].join('\n'))}\n`)
    return EXIT.unknown
  }
  if (!values.json) process.stdout.write(planText(planned.plan))
  if (!(values.yes || (await confirmed()))) {
    process.stderr.write('cairn run: nothing was created; confirm with --yes\n')
    return EXIT.usage
  }
  const started = await callAgent(client, 'startRun', {
    body: { planId: planned.plan.planId, hash: planned.plan.hash },
  })
  const run = await follow(client, started, !values.json)
  process.stdout.write(values.json ? `${JSON.stringify(run)}\n` : resultText(run))
  const isFound = run.kind === 'search' && run.verdict === 'warn'
  if (run.verdict === 'fail' || run.state === 'failed' || isFound) return EXIT.failed
  return run.state === 'succeeded' && (run.verdict === 'pass' || run.verdict === 'warn') ? EXIT.ok : EXIT.unknown
}

interface NcclChoices {
  collective?: string | undefined
  algorithm?: string | undefined
  launcher?: string | undefined
  image?: string | undefined
}

/** @throws UsageError for a choice that there is not */
function ncclOptions(nodes: string[], { collective, algorithm, launcher, image }: NcclChoices): RunOptions {
  const preset = nodes.length === 1 ? 'nccl-1-node' : nodes.length === 2 ? 'nccl-2-nodes' : 'nccl-n-nodes'
  const parsed = runOptions.safeParse({ preset, nodes, collective, algorithm, launcher, image })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(`--${issue?.path.join('.') ?? 'nodes'}: ${issue?.message ?? 'not known'}`)
}

function rdmaOptions(nodes: string[], tests: string | undefined): RunOptions {
  if (tests === undefined) return { preset: 'rdma', nodes }
  const wanted = [...new Set(tests.split(','))]
  const known = wanted.filter((test): test is RdmaTest => rdmaTest.safeParse(test).success)
  if (known.length < wanted.length || known.length === 0)
    throw new UsageError(`--tests takes ${rdmaTest.options.join(', ')}, separated by commas`)
  return { preset: 'rdma', nodes, tests: known }
}

/** The nodes that were named, else those of the run that went wrong. */
async function nodesOf(client: SocketClientOptions, named: string, of: string | undefined): Promise<string[]> {
  const nodes = [...new Set(named.split(',').filter((name) => name !== ''))]
  if (nodes.length > 0) return nodes
  if (of === undefined) throw new UsageError('--nodes takes node names, separated by commas')
  return (await callAgent(client, 'run', { params: { id: of } })).nodes
}

function minutesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError('--gpu-minutes takes a whole number above 0')
  return Number(text)
}

async function confirmed(): Promise<boolean> {
  if (!(process.stdin.isTTY && process.stderr.isTTY)) return false
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await prompt.question('Create this? Type yes: ')
  prompt.close()
  return answer.trim().toLowerCase() === 'yes'
}

async function follow(client: SocketClientOptions, started: Run, show: boolean): Promise<Run> {
  let run = started
  let shownRows = 0
  let shownCells = 0
  let shownPhase = ''
  const cancel = () => {
    callAgent(client, 'cancelRun', { params: { id: started.id } }).catch((error: unknown) =>
      process.stderr.write(`cairn run: cancelling failed: ${error instanceof Error ? error.message : String(error)}\n`),
    )
  }
  process.once('SIGINT', cancel)
  while (!FINISHED.includes(run.state)) {
    await pause(1_000)
    run = await callAgent(client, 'run', { params: { id: started.id } })
    const stage = run.search?.stages.find((each) => each.state === 'running')?.title ?? null
    const phase = [run.phase, stage, run.waiting].filter((part) => part !== null).join(': ')
    if (show && phase !== shownPhase) process.stdout.write(`${sanitise(phase)}\n`)
    shownPhase = phase
    for (const row of run.rows.slice(shownRows))
      if (show) process.stdout.write(`${row.sizeBytes} B  ${row.busbwGBps ?? '?'} GB/s\n`)
    shownRows = run.rows.length
    const cells = run.matrix?.cells.filter((cell) => cell.logFrom !== null).length ?? 0
    if (show && cells > shownCells)
      process.stdout.write(`${cells} of ${run.matrix?.cells.length ?? 0} cells measured\n`)
    shownCells = Math.max(shownCells, cells)
  }
  process.off('SIGINT', cancel)
  return run
}

function planText(plan: RunPlan): string {
  const guards = plan.guard.map((guard) => [guard.unknown ? '?' : guard.ok ? 'ok' : 'NO', guard.text])
  const stages = plan.stages.map((stage) => [
    stage.title,
    `<= ${stage.runsMax} runs`,
    `<= ${stage.gpuMinutesMax} GPU-minutes`,
  ])
  const cost = stages.length === 0 ? '' : `${table(stages)}\nAt most ${plan.gpuMinutesMax} GPU-minutes in all\n`
  return `${cost}${sanitise(plan.manifest)}\n${table(guards)}\n${plan.gpusTotal} GPUs on ${plan.nodes.length} nodes for at most ${plan.deadlineSec} s, namespace ${plan.namespace}\n`
}

function resultText(run: Run): string {
  const matrix = run.matrix ? `${rdmaTable(run.matrix)}\n` : ''
  return `${matrix}${sanitise([run.sentence ?? `The run is ${run.state}.`, run.firstError ?? '', run.cleanup ?? ''].filter((line) => line !== '').join('\n'))}\n`
}
