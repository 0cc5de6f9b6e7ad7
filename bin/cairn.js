#!/usr/bin/env node
'use strict'
// CommonJS (package.json beside this): Node's loader of ES modules alone would cost every start some milliseconds.
const { existsSync } = require('node:fs')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`cairn needs Node 20.19 or newer; this is ${process.versions.node}\n`)
  process.exit(78)
}
const DIST = join(__dirname, '../dist')
// Two programs: the agent loads SSH, Kubernetes and SQLite, the commands do not.
const file = join(DIST, process.argv[2] === 'agent' ? 'agent.mjs' : 'cli.mjs')
if (!existsSync(file)) {
  process.stderr.write('cairn is not built: run "npm run build:node", or "npm run up" which does\n')
  process.exit(78)
}
start()

async function start() {
  const alone = join(DIST, 'chunks/explain.cjs')
  if (process.argv[2] === 'explain' && existsSync(alone)) {
    const status = await require('./code-cache.cjs').start(alone).program.run(process.argv.slice(3))
    if (status !== null) {
      process.exitCode = status
      return
    }
  }
  // From Node 22 on, compiled code is kept beside the code itself (where this user may write): half of the start is compiling.
  require('node:module').enableCompileCache?.(join(DIST, 'compiled'))
  await import(pathToFileURL(file).href)
}
