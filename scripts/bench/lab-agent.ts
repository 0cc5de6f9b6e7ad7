import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { INTERNAL_HOST } from '@/lib/contract/internal-host'
import { send } from '@/lib/contract/socket-client'
import { Skipped, sleep } from './part'

/** The lab and an agent watching it, both as the processes that `npm run build:node` made. */
export interface LabAgent {
  lab: { pid: number; startMs: number }
  agent: { pid: number; startedAt: number }
  socketPath: string
  origin: string
  port: number
  /** Exchanged for a session once. */
  launchToken: string
  /** The fleet as the agent tells it; `since` leaves out nodes that did not change. */
  fleet(since?: number): Promise<FleetAnswer>
  sweep(): Promise<void>
  stop(): Promise<void>
}

/** The parts of the fleet's answer that are measured. */
export interface FleetAnswer {
  revision: number
  counts: Readonly<Record<'total' | 'pass' | 'warn' | 'fail' | 'blocked' | 'unknown', number>>
  sweep: { startedAt: string; finishedAt: string | null; done: number; total: number; unreachable: number } | null
  bytes: number
}

const PORT = 3197

/** Starts both. @throws Skipped where they are not built */
export async function startLabAgent(nodes: number): Promise<LabAgent> {
  for (const file of ['dist/lab.mjs', 'dist/agent.mjs'])
    if (!existsSync(file)) throw new Skipped(`${file} is not built: run "npm run build:node"`)
  const folder = mkdtempSync(join(tmpdir(), 'cairn-bench-'))
  const children: ChildProcess[] = []
  const stop = async () => {
    for (const child of children.reverse()) await ended(child)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const began = performance.now()
    const args = ['dist/lab.mjs', '--scenario', 'fleet', '--nodes', String(nodes), '--folder', join(folder, 'lab')]
    const lab = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(lab)
    const { configPath } = await firstLine(lab)
    const labMs = performance.now() - began
    const socketPath = join(folder, 'agent.sock')
    const startedAt = performance.now()
    const agent = spawn(
      process.execPath,
      ['dist/agent.mjs', '--config', configPath, '--socket', socketPath, '--port', String(PORT)],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    )
    children.push(agent)
    let gone: string | null = null
    agent.once('exit', (code, signal) => {
      gone = `the agent ended with ${signal ?? `status ${code}`} while it was measured`
    })
    const ready = await readyMessage(agent)
    const token = readFileSync(join(folder, 'lab', 'store', 'cli.token'), 'utf8').trim()
    const call = async (method: string, path: string) => {
      const headers = { host: INTERNAL_HOST, authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const body = method === 'POST' ? { body: '{}' } : {}
      if (gone !== null) throw new Error(gone)
      const answer = await send({ socketPath, token, timeoutMs: 60_000 }, { method, path, headers, ...body })
      let text = ''
      for await (const chunk of answer.setEncoding('utf8')) text += chunk
      if ((answer.statusCode ?? 0) > 299)
        throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`)
      return text
    }
    return {
      lab: { pid: lab.pid ?? 0, startMs: labMs },
      agent: { pid: agent.pid ?? 0, startedAt },
      socketPath,
      origin: ready.origin,
      port: PORT,
      launchToken: ready.launchToken,
      async fleet(since) {
        const text = await call('GET', `/api/v1/fleet${since === undefined ? '' : `?since=${since}`}`)
        const answer: FleetAnswer = JSON.parse(text)
        return { ...answer, bytes: Buffer.byteLength(text) }
      },
      sweep: async () => void (await call('POST', '/api/v1/sweeps')),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Waits until a fleet answer satisfies a condition; the last answer and how long it took since `from`. */
export async function untilFleet(
  running: LabAgent,
  from: number,
  wanted: (fleet: FleetAnswer) => boolean,
  limitSec: number,
): Promise<{ fleet: FleetAnswer; seconds: number; reached: boolean }> {
  // Nothing but counters: a poll must not cost the agent what it is measured for.
  for (;;) {
    const fleet = await running.fleet(999_999_999)
    const seconds = (performance.now() - from) / 1_000
    const reached = wanted(fleet)
    if (reached || seconds > limitSec) return { fleet, seconds, reached }
    await sleep(500)
  }
}

async function firstLine(child: ChildProcess): Promise<{ configPath: string }> {
  if (!child.stdout) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume()
    return JSON.parse(line)
  }
  throw new Error('the lab ended before it was ready')
}

function readyMessage(child: ChildProcess): Promise<{ origin: string; launchToken: string }> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: { origin: string; launchToken: string }) => resolve(message))
    child.once('exit', (code) => reject(new Error(`the agent ended with ${code} before it was ready`)))
  })
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), 15_000)
    child.once('close', () => {
      clearTimeout(hard)
      resolve()
    })
    child.kill('SIGTERM')
  })
}
