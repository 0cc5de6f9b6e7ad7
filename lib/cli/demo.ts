import { readFileSync } from 'node:fs'
import { EXIT, EXIT_HELP } from './exit-codes'
import { CONTROL_FILE } from './lab-child'
import { main as up } from './up'

export const help = `cairn demo [--scenario seed|healthy|fleet] [--port N]: a simulated cluster on this machine, with agent and web

While it runs, from another terminal:
  cairn demo status            what is broken now, and what repairs it
  cairn demo fix               repairs it, so that the pyramid climbs
  cairn demo stage ID          goes to a stage
  cairn demo power NODE on|off switches a machine
  cairn demo run HOW           how the next benchmark ends: succeed, socket, pull-error, crash, slow-rail, dead-pair

${EXIT_HELP}`

const STEERING = new Set(['status', 'fix', 'stage', 'power', 'run'])

/** The demo, also where there is a kubeconfig; or a word to a demo that runs. */
export async function main(argv: readonly string[]): Promise<number> {
  const [verb, ...rest] = argv
  if (verb !== undefined && STEERING.has(verb)) return steer(verb, rest)
  return up(argv, true)
}

async function steer(verb: string, rest: readonly string[]): Promise<number> {
  const control = readControl()
  if (control === null) {
    process.stderr.write('cairn demo: no demo is running: start one with "npm run up" or "cairn demo"\n')
    return EXIT.refused
  }
  const path = verb === 'status' ? '' : verb === 'fix' ? 'repair' : [verb, ...rest].map(encodeURIComponent).join('/')
  const answer = await fetch(`${control}/${path}`, {
    method: verb === 'status' ? 'GET' : 'POST',
    signal: AbortSignal.timeout(10_000),
  })
  const body: unknown = await answer.json()
  process.stdout.write(`${words(body)}\n`)
  return answer.ok ? EXIT.ok : EXIT.failed
}

function readControl(): string | null {
  try {
    const text = readFileSync(CONTROL_FILE, 'utf8').trim()
    return /^http:\/\/127\.0\.0\.1:\d+$/.test(text) ? text : null
  } catch {
    return null
  }
}

function words(body: unknown): string {
  const state = new Map(typeof body === 'object' && body !== null ? Object.entries(body) : [])
  if (state.has('error')) return String(state.get('error'))
  const repair = state.get('repair')
  return `${state.get('scenario')} / ${state.get('stage')}: ${state.get('title')}${repair ? `\nto repair it ("cairn demo fix"): ${repair}` : ''}`
}
