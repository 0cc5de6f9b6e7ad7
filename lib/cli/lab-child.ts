import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '@/lib/agent/package-root'
import { plainEnvironment } from './children'

/** The simulated cluster, as a process of its own: product code never imports it. */
export interface RunningLab {
  /** A cairn.yaml that points at it. */
  configPath: string
  /** Where it can be steered. */
  control: string
  stop(): Promise<void>
}

/** Where a running demo can be steered: written by the one that was started last. */
export const CONTROL_FILE = join(homedir(), '.cache', 'cairn', 'demo-control')

const START_MS = 60_000

/** Starts the lab and waits for its first line (`{configPath, control}`). */
export async function startLab(scenario: string | undefined, nodes?: string): Promise<RunningLab> {
  const file = join(packageRoot(), 'dist', 'lab.mjs')
  if (!existsSync(file)) throw new Error('the demo is not built: run "npm run build:node"')
  const option = (name: string, value: string | undefined) => (value === undefined ? [] : [`--${name}`, value])
  const child = spawn(process.execPath, [file, ...option('scenario', scenario), ...option('nodes', nodes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: plainEnvironment({}),
  })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'close')
    child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), 5_000)
    await gone
    clearTimeout(kill)
  }
  const late = setTimeout(() => child.kill('SIGKILL'), START_MS)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const ready = readyLine(line)
      if (ready === null) continue
      child.stdout.resume()
      mkdirSync(dirname(CONTROL_FILE), { recursive: true, mode: 0o700 })
      writeFileSync(CONTROL_FILE, ready.control, { mode: 0o600 })
      return { ...ready, stop }
    }
    throw new Error('the demo cluster ended before it was ready')
  } catch (error) {
    await stop()
    throw error
  } finally {
    clearTimeout(late)
  }
}

function readyLine(line: string): { configPath: string; control: string } | null {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || !('configPath' in value) || !('control' in value)) return null
    return { configPath: String(value.configPath), control: String(value.control) }
  } catch {
    return null
  }
}
