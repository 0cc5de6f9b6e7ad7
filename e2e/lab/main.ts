import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Lab, RUN_OUTCOMES, type RunOutcome, startLab } from './lab'
import { DEFAULT_FLEET, fleetScenario } from './scenario/fleet'
import { healthyScenario } from './scenario/healthy'
import type { Scenario } from './scenario/scenario'
import { seedScenario } from './scenario/seed'

/**
 * The lab as a process: `node dist/lab.mjs [--scenario seed|healthy|fleet] [--nodes N] [--folder DIR] [--control PORT]`.
 * Prints one JSON line when it is ready ({configPath, control}); answers `GET /` and `POST /repair`, `/stage/<id>`, `/power/<node>/<on|off>`
 * on its control port, on loopback.
 */
const SCENARIOS: Readonly<Record<string, () => Scenario>> = {
  seed: seedScenario,
  healthy: healthyScenario,
  fleet: () => fleetScenario(Number(option('nodes', String(DEFAULT_FLEET)))),
}

function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(`--${name}`)
  return (at > 0 ? process.argv[at + 1] : undefined) ?? otherwise
}

const wanted = option('scenario', 'seed')
const make = SCENARIOS[wanted]
if (!make) {
  console.error(`no scenario is called ${wanted}; there are ${Object.keys(SCENARIOS).join(', ')}`)
  process.exit(2)
}
const lab = await startLab({ scenario: make(), folder: option('folder', join(tmpdir(), `cairn-lab-${process.pid}`)) })
const control = createServer((request, response) => {
  const [status, body] = answer(lab, request.method ?? 'GET', request.url ?? '/')
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
})
control.listen(Number(option('control', '0')), '127.0.0.1', () => {
  const address = control.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  console.log(JSON.stringify({ configPath: lab.configPath, control: `http://127.0.0.1:${port}`, ...stateOf(lab) }))
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    control.close()
    void lab.close().then(() => process.exit(0))
  })
}

function stateOf(of: Lab): object {
  const stage = of.stage()
  return {
    scenario: of.scenario.id,
    stage: stage.id,
    title: stage.title,
    repair: stage.repair,
    stages: of.scenario.stages.map(({ id, title }) => ({ id, title })),
  }
}

function answer(of: Lab, method: string, url: string): [number, object] {
  const [, verb, first = '', second = ''] = url.split('/')
  if (method === 'GET') return [200, stateOf(of)]
  try {
    if (verb === 'repair') return [200, { repaired: of.repair(), ...stateOf(of) }]
    if (verb === 'stage') of.goTo(decodeURIComponent(first))
    else if (verb === 'run' && isOutcome(first)) of.nextRun(first)
    else if (verb === 'power') of.power(decodeURIComponent(first), second !== 'off')
    else return [404, { error: 'POST /repair, /stage/<id>, /run/<outcome> or /power/<node>/<on|off>' }]
    return [200, stateOf(of)]
  } catch (error) {
    return [404, { error: error instanceof Error ? error.message : String(error) }]
  }
}

function isOutcome(word: string): word is RunOutcome {
  return RUN_OUTCOMES.some((outcome) => outcome === word)
}
