import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { verifyAudit } from '@/lib/agent/audit'
import type { Doctor } from '@/lib/contract/api'
import { callAgent } from '@/lib/contract/socket-client'
import { sanitise } from '@/lib/sanitise'
import { CLIENT_OPTIONS, findAgent } from './agent-client'
import { EXIT, EXIT_HELP } from './exit-codes'
import { table } from './table'

export const help = `cairn doctor [--json] [--audit]: can Cairn see? API, rights, SSH, sudo, tools, store, configuration

--audit   check the hash chain of the audit log (beside the agent's socket)

${EXIT_HELP}`

/** Prints what Cairn can and cannot see, with what to copy. */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { ...CLIENT_OPTIONS, json: { type: 'boolean' }, audit: { type: 'boolean' } },
  })
  const client = findAgent(values)
  if (values.audit) return auditReport(join(dirname(client.socketPath), 'audit.jsonl'))
  const doctor = await callAgent(client, 'doctor')
  process.stdout.write(values.json ? `${JSON.stringify(doctor)}\n` : doctorText(doctor))
  if (doctor.items.some((item) => item.state === 'fail')) return EXIT.failed
  return doctor.items.some((item) => item.state === 'unknown') ? EXIT.unknown : EXIT.ok
}

function auditReport(path: string): number {
  const result = verifyAudit(path)
  process.stdout.write(
    result.ok ? `${path}: ${result.lines} lines, the chain holds\n` : `${path}:${result.line}: ${result.problem}\n`,
  )
  return result.ok ? EXIT.ok : EXIT.failed
}

function doctorText(doctor: Doctor): string {
  const rows = doctor.items.map((item) => [item.group, item.state, item.title, item.text])
  const remedies = doctor.items.filter((item) => item.remedy !== undefined && item.state !== 'ok')
  return [
    table([['GROUP', 'STATE', 'WHAT', ''], ...rows]),
    ...remedies.map((item) => `\n# ${item.title}\n${sanitise(item.remedy ?? '')}`),
    `\n${sanitise(doctor.configuration)}`,
  ].join('\n')
}
