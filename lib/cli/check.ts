import { parseArgs } from 'node:util'
import { callAgent } from '@/lib/contract/socket-client'
import { CLIENT_OPTIONS, findAgent } from './agent-client'
import { EXIT, EXIT_HELP, exitCodeOf } from './exit-codes'
import { fleetText, selectNodes } from './fleet-report'

export const help = `cairn check [NODE…] [--json]: what the agent knows now, without reading anything anew (see "cairn sweep")

${EXIT_HELP}`

/** Prints the state of the fleet, or of some nodes, and ends with it. */
export async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { ...CLIENT_OPTIONS, json: { type: 'boolean' } },
  })
  const fleet = await callAgent(findAgent(values), 'fleet')
  const { nodes, missing } = selectNodes(fleet, positionals)
  process.stdout.write(values.json ? `${JSON.stringify({ ...fleet, nodes })}\n` : fleetText(fleet, nodes))
  for (const name of missing) process.stderr.write(`cairn check: no node is called ${JSON.stringify(name)}\n`)
  const code = exitCodeOf(nodes.map((node) => node.state))
  return missing.length > 0 && code === EXIT.ok ? EXIT.unknown : code
}
