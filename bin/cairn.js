#!/usr/bin/env node
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`cairn needs Node 20.19 or newer; this is ${process.versions.node}\n`)
  process.exit(78)
}
// Two programs: the agent loads SSH, Kubernetes and SQLite, the commands do not.
const file = new URL(process.argv[2] === 'agent' ? '../dist/agent.mjs' : '../dist/cli.mjs', import.meta.url)
if (!existsSync(fileURLToPath(file))) {
  process.stderr.write('cairn is not built: run "npm run build:node", or "npm run up" which does\n')
  process.exit(78)
}
// From Node 22 on, compiled code is kept beside the code itself (where this user may write): half of the start is compiling.
module.enableCompileCache?.(fileURLToPath(new URL('../dist/compiled', import.meta.url)))
const alone = fileURLToPath(new URL('../dist/chunks/explain.cjs', import.meta.url))
if (process.argv[2] === 'explain' && existsSync(alone)) {
  const { start } = module.createRequire(import.meta.url)('./code-cache.cjs')
  process.exitCode = await start(alone).program.run(process.argv.slice(3))
} else await import(file.href)
