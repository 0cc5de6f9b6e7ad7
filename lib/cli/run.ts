import { createInterface } from 'node:readline/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Run, RunPlan } from '@/lib/contract/runs'
import { callAgent, type SocketClientOptions } from '@/lib/contract/socket-client'
import { sanitise } from '@/lib/sanitise'
import { CLIENT_OPTIONS, findAgent } from './agent-client'
import { EXIT, EXIT_HELP } from './exit-codes'
import { table } from './table'
import { UsageError } from './usage-error'

export const help = `cairn run nccl --nodes a,b [--yes] [--json]: NCCL all-reduce between nodes

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
    },
  })
  const nodes = [...new Set((values.nodes ?? '').split(',').filter((name) => name !== ''))]
  if (positionals[0] !== 'nccl' || positionals.length !== 1) throw new UsageError('only "cairn run nccl" is known')
  if (nodes.length === 0) throw new UsageError('--nodes takes node names, separated by commas')
  const client = findAgent(values)
  const preset = nodes.length === 1 ? 'nccl-1-node' : nodes.length === 2 ? 'nccl-2-nodes' : 'nccl-n-nodes'
  const planned = await callAgent(client, 'planRun', { body: { preset, nodes } })
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
  if (run.verdict === 'fail' || run.state === 'failed') return EXIT.failed
  return run.state === 'succeeded' && (run.verdict === 'pass' || run.verdict === 'warn') ? EXIT.ok : EXIT.unknown
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
    const phase = `${run.phase}${run.waiting === null ? '' : `: ${run.waiting}`}`
    if (show && phase !== shownPhase) process.stdout.write(`${sanitise(phase)}\n`)
    shownPhase = phase
    for (const row of run.rows.slice(shownRows))
      if (show) process.stdout.write(`${row.sizeBytes} B  ${row.busbwGBps ?? '?'} GB/s\n`)
    shownRows = run.rows.length
  }
  process.off('SIGINT', cancel)
  return run
}

function planText(plan: RunPlan): string {
  const guards = plan.guard.map((guard) => [guard.unknown ? '?' : guard.ok ? 'ok' : 'NO', guard.text])
  return `${sanitise(plan.manifest)}\n${table(guards)}\n${plan.gpusTotal} GPUs on ${plan.nodes.length} nodes for at most ${plan.deadlineSec} s, namespace ${plan.namespace}\n`
}

function resultText(run: Run): string {
  return `${sanitise([run.sentence ?? `The run is ${run.state}.`, run.firstError ?? '', run.cleanup ?? ''].filter((line) => line !== '').join('\n'))}\n`
}
