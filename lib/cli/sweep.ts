import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Fleet } from '@/lib/contract/api'
import { callAgent, type SocketClientOptions } from '@/lib/contract/socket-client'
import { CLIENT_OPTIONS, findAgent } from './agent-client'
import { EXIT, EXIT_HELP, exitCodeOf } from './exit-codes'
import { fleetText, selectNodes } from './fleet-report'
import { UsageError } from './usage-error'

export const help = `cairn sweep [--node NAME]… [--json] [--timeout SECONDS]: reads nodes now, then says how they are

Without --node: the whole fleet.

${EXIT_HELP}`

/** Reads the fleet or some nodes anew, waits, prints, and ends with their state. */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...CLIENT_OPTIONS,
      json: { type: 'boolean' },
      node: { type: 'string', multiple: true },
      timeout: { type: 'string' },
    },
  })
  const names = values.node ?? []
  const deadline = performance.now() + seconds(values.timeout ?? '300') * 1_000
  const client = findAgent(values)
  const complete = names.length === 0 ? await sweepAll(client, deadline) : await verifyEach(client, names, deadline)
  const fleet: Fleet = await callAgent(client, 'fleet')
  const { nodes } = selectNodes(fleet, names)
  process.stdout.write(values.json ? `${JSON.stringify({ ...fleet, nodes, complete })}\n` : fleetText(fleet, nodes))
  if (!complete) process.stderr.write('cairn sweep: not finished in time; what is shown may be older\n')
  const code = exitCodeOf(nodes.map((node) => node.state))
  return !complete && code === EXIT.ok ? EXIT.unknown : code
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 86_400)) throw new UsageError('--timeout takes seconds')
  return value
}

/** True when the sweep finished; a sweep already under way counts. */
async function sweepAll(client: SocketClientOptions, deadline: number): Promise<boolean> {
  const started = await callAgent(client, 'sweep')
  while (performance.now() < deadline) {
    const { sweep } = await callAgent(client, 'fleet', {
      query: { since: String(Number.MAX_SAFE_INTEGER).slice(0, 15) },
    })
    if (sweep === null || sweep.id !== started.id || sweep.finishedAt !== null) return true
    await pause(500)
  }
  return false
}

async function verifyEach(client: SocketClientOptions, names: readonly string[], deadline: number): Promise<boolean> {
  for (const name of names) await callAgent(client, 'verify', { params: { name }, body: {} })
  const waiting = new Set(names)
  while (performance.now() < deadline) {
    for (const name of waiting) {
      const page = await callAgent(client, 'node', { params: { name } })
      if (page.verifying.length === 0) waiting.delete(name)
    }
    if (waiting.size === 0) return true
    await pause(500)
  }
  return false
}
