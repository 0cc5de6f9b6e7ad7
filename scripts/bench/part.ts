import { spawn, spawnSync } from 'node:child_process'

/** One section of the report. */
export interface Part {
  id: string
  title: string
  /** Longest time it may take, seconds. */
  limitSec: number
  /** Measures, and says it in markdown. @throws Skipped */
  run(options: BenchOptions): Promise<string>
}

export interface BenchOptions {
  /** Nodes of the rule-made fleet. */
  nodes: number
  /** Nodes of the SSH comparison. */
  sshNodes: number
  rounds: number
}

/** A part that cannot be measured here, and why. */
export class Skipped extends Error {
  override name = 'Skipped'
}

/** Runs a program to its end and returns what it printed. @throws Error when it fails or takes longer than its limit. */
export function output(command: string, args: readonly string[], limitSec: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    const late = setTimeout(() => {
      // The whole group: a benchmark starts servers of its own.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }, limitSec * 1_000)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(late)
      if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'))
      else reject(new Error(`${command} ${args[0] ?? ''} ended with ${signal ?? `status ${code}`}`))
    })
  })
}

export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** A markdown table. */
export function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

export function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
