import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { callAgent } from '@/lib/contract/socket-client'
import type { CapturedRead, CaptureManifest } from '@/lib/explain/captured-node'
import { CLIENT_OPTIONS, findAgent } from './agent-client'
import { EXIT } from './exit-codes'
import { UsageError } from './usage-error'

export const help = `cairn capture --node NAME [--out DIR]: writes what the agent has read of a node, as files that "cairn explain" reads

Every text is as the pages show it: credentials are already masked. The folder holds one file per read, the verdicts, and their digests.
`

/** Writes evidence and report of one node. */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { ...CLIENT_OPTIONS, node: { type: 'string' }, out: { type: 'string' } },
  })
  const { node } = values
  if (!node || !/^[a-z0-9][a-z0-9.-]{0,252}$/.test(node)) throw new UsageError('--node needs the name of a node')
  const agent = findAgent(values)
  const page = await callAgent(agent, 'node', { params: { name: node } })
  const folder = join(values.out ?? 'cairn-capture', node)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const files = new Map<string, string>()
  const reads = new Map<string, CapturedRead>()
  for (const check of page.report.checks) {
    const { evidence } = await callAgent(agent, 'evidence', { params: { name: node }, query: { check: check.id } })
    for (const { text, marks: _, ...one } of evidence) {
      const scope = one.via === 'node' ? 'node' : check.scope
      const file = `${scope === 'cluster' ? 'cluster.' : ''}${one.id.replace(/[^A-Za-z0-9._-]/g, '_')}.txt`
      reads.set(file, { ...one, file, scope })
      if (text !== '') files.set(file, text)
    }
  }
  const manifest: CaptureManifest = { cairnCapture: 1, node, reads: [...reads.values()] }
  files.set('capture.json', `${JSON.stringify(manifest, null, 2)}\n`)
  files.set('report.json', `${JSON.stringify(page.report, null, 2)}\n`)
  const digests = [...files].map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}`)
  files.set('SHA256SUMS', `${digests.sort().join('\n')}\n`)
  for (const [name, text] of files) writeFileSync(join(folder, name), text, { mode: 0o600 })
  process.stdout.write(`${files.size} files in ${folder}\n`)
  return EXIT.ok
}
