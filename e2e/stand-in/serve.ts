import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Served {
  /** Origin of the web server. */
  url: string
  stop(): Promise<void>
}

/** A free loopback port. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

async function answers(url: string): Promise<void> {
  const end = Date.now() + 30_000
  while (Date.now() < end) {
    const up = await fetch(url)
      .then((response) => response.ok)
      .catch(() => false)
    if (up) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`${url} did not answer within 30 s; was the app built (npm run build)?`)
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

/** Starts the stand-in agent and the built web server in front of it. */
export async function serve(): Promise<Served> {
  const room = mkdtempSync(join(tmpdir(), 'cairn-ui-'))
  const port = await freePort()
  const env = { ...process.env, CAIRN_SOCKET: join(room, 'agent.sock'), NEXT_TELEMETRY_DISABLED: '1' }
  const agent = spawn(process.execPath, ['--import', 'tsx', 'e2e/stand-in/agent.ts'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const web = spawn(
    process.execPath,
    ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(port)],
    { env, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const url = `http://127.0.0.1:${port}`
  await answers(`${url}/healthz`)
  return {
    url,
    stop: async () => {
      await Promise.all([stopped(agent), stopped(web)])
      rmSync(room, { recursive: true, force: true })
    },
  }
}
