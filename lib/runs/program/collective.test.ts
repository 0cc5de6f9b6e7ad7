import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createNcclReader } from '@/collectors/run/nccl-tests/reader'

const PROGRAM = 'lib/runs/program/collective.py'

/** A Python that has PyTorch with Gloo; null where none has. */
function pythonWithTorch(): string | null {
  const asks = 'import torch.distributed as d, sys; sys.exit(0 if d.is_available() and d.is_gloo_available() else 1)'
  const candidates = [process.env.CAIRN_PYTHON, 'python3', '/usr/bin/python3'].filter((path) => path !== undefined)
  return candidates.find((python) => spawnSync(python, ['-c', asks], { timeout: 60_000 }).status === 0) ?? null
}

const python = pythonWithTorch()
if (python === null) console.log('skipped: no python3 with torch.distributed and Gloo; set CAIRN_PYTHON')

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  return typeof address === 'object' && address ? address.port : 0
}

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

function rank(
  index: number,
  ranks: number,
  port: number,
  args: readonly string[],
  onLine: (text: string) => void,
): Promise<Ended> {
  const env = {
    ...process.env,
    RANK: `${index}`,
    LOCAL_RANK: `${index}`,
    WORLD_SIZE: `${ranks}`,
    MASTER_ADDR: '127.0.0.1',
    MASTER_PORT: `${port}`,
    OMP_NUM_THREADS: '1',
  }
  const child = spawn(python ?? 'python3', [PROGRAM, '--backend', 'gloo', ...args], { env })
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    ended.stdout += chunk
    onLine(String(chunk))
  })
  child.stderr.on('data', (chunk: Buffer) => {
    ended.stderr += chunk
  })
  return new Promise((done) => child.on('close', (code) => done({ ...ended, code })))
}

describe.skipIf(python === null)('our benchmark program, two real processes over Gloo', () => {
  it('prints a table that the reader reads, row by row', async () => {
    const port = await freePort()
    const reader = createNcclReader()
    const args = ['-b', '64K', '-e', '4M', '-f', '4', '-n', '3', '-w', '1']
    const seen: number[] = []
    const [first, second] = await Promise.all([
      rank(0, 2, port, args, (text) => {
        reader.push(text)
        seen.push(reader.rows().length)
      }),
      rank(1, 2, port, args, () => {}),
    ])
    expect([first?.code, second?.code], `${first?.stderr}${second?.stderr}`).toEqual([0, 0])
    expect(second?.stdout).toBe('')
    const facts = reader.facts()
    expect(facts).toMatchObject({
      form: 'tests',
      collective: 'all_reduce',
      ranks: 2,
      nodes: 1,
      complete: true,
      rowsLost: false,
      wrongRows: 0,
      validated: true,
      outOfBounds: { count: 0, status: 'OK' },
    })
    expect(facts.rows.map((row) => row.sizeBytes)).toEqual([65536, 262144, 1048576, 4194304])
    expect(facts.signatures.map((hit) => hit.id)).toEqual([])
    expect(new Set(seen).size, 'rows come one by one').toBeGreaterThan(2)
  }, 90_000)

  it.each(['all_gather', 'reduce_scatter', 'alltoall', 'broadcast', 'reduce', 'sendrecv'])(
    '%s: right values, in the table of nccl-tests',
    async (collective) => {
      const port = await freePort()
      const reader = createNcclReader()
      const args = ['--collective', collective, '-b', '64K', '-e', '1M', '-f', '4', '-n', '2', '-w', '1']
      const [first] = await Promise.all([
        rank(0, 2, port, args, (text) => reader.push(text)),
        rank(1, 2, port, args, () => {}),
      ])
      // Gloo of PyTorch 1.13 lacks these two; NCCL has them.
      if (first?.code !== 0 && (collective === 'all_gather' || collective === 'reduce_scatter'))
        return expect(first?.stderr).toMatch(/Test NCCL failure .*(?:in Gloo process group|gloo does not support)/)
      expect(reader.facts()).toMatchObject({ collective, ranks: 2, complete: true, wrongRows: 0, validated: true })
      expect(reader.facts().rows.map((row) => row.sizeBytes)).toEqual([65536, 262144, 1048576])
    },
    90_000,
  )

  it('a peer that never comes ends in one clear line, not in silence', async () => {
    const ended = await rank(0, 2, await freePort(), ['-b', '64K', '-e', '64K', '-T', '3'], () => {})
    expect(ended.code).not.toBe(0)
    expect(ended.stderr).toMatch(/Test NCCL failure .*[Tt]ime/)
    expect(ended.stdout).toBe('')
  }, 90_000)

  it('says how to start it when it was not started by torchrun', () => {
    const { RANK: _rank, WORLD_SIZE: _size, ...env } = process.env
    const ended = spawnSync(python ?? 'python3', [PROGRAM], { env, encoding: 'utf8', timeout: 60_000 })
    expect(ended.status).toBe(6)
    expect(ended.stderr).toContain('torchrun')
  }, 90_000)
})
