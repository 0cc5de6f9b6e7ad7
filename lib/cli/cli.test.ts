import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RunningAgent, runAgent } from '@/lib/agent/http/fixtures/running-agent'
import { main as check } from './check'
import { main as doctor } from './doctor'
import { exitCodeOf } from './exit-codes'
import { freePort } from './free-port'
import { main as run } from './run'
import { main as sweep } from './sweep'
import { table } from './table'
import { chooseCluster } from './up'

describe('exit codes', () => {
  it('are 0 only when every node is OK or warns', () => {
    expect(exitCodeOf(['pass', 'warn'])).toBe(0)
    expect(exitCodeOf(['pass', 'unknown'])).toBe(3)
    expect(exitCodeOf(['blocked'])).toBe(3)
    expect(exitCodeOf(['unknown', 'fail'])).toBe(1)
    expect(exitCodeOf([])).toBe(3)
  })
})

describe('commands that ask the agent', () => {
  let running: RunningAgent
  let out = ''
  beforeAll(async () => {
    running = await runAgent()
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text)
      return true
    })
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    await running.stop()
  })
  const flags = () => {
    out = ''
    return ['--socket', running.socket]
  }

  it('check: the state now, as text and JSON; an unknown name is not OK', async () => {
    expect(await check(flags())).toBe(1)
    expect(out).toContain('dgx030.example.net  Failed  5 Virtual functions')
    expect(await check([...flags(), '--json'])).toBe(1)
    expect(JSON.parse(out).nodes).toHaveLength(1)
    expect(await check([...flags(), 'nobody'])).toBe(3)
  })

  it('sweep: reads, waits, reports', async () => {
    expect(await sweep([...flags(), '--json'])).toBe(1)
    expect(JSON.parse(out).complete).toBe(true)
    expect(await sweep([...flags(), '--node', 'dgx030.example.net'])).toBe(1)
  })

  it('doctor: items, and the audit chain', async () => {
    expect(await doctor(flags())).toBe(0)
    expect(out).toContain('store')
    expect(await doctor([...flags(), '--audit'])).toBe(0)
    expect(out).toContain('the chain holds')
  })

  it('run: says why it cannot be planned, creates nothing', async () => {
    expect(await run(['nccl', '--nodes', 'a', ...flags()])).toBe(3)
    expect(await run(['rdma', '--nodes', 'a,b', '--tests', 'rping', ...flags()])).toBe(3)
    await expect(run(['gemm', ...flags()])).rejects.toThrow('only "cairn run nccl"')
    await expect(run(['rdma', '--nodes', 'a,b', '--tests', 'rping,dd', ...flags()])).rejects.toThrow('--tests takes')
    await expect(run(['nccl', '--nodes', 'a', '--tests', 'rping', ...flags()])).rejects.toThrow('belongs to')
  })
})

describe('up', () => {
  it('takes the real cluster where there is one, and says why', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cairn-up-'))
    const kubeconfig = join(folder, 'config')
    writeFileSync(kubeconfig, '')
    expect(chooseCluster(undefined, false, { KUBECONFIG: `${join(folder, 'no')}:${kubeconfig}` })).toMatchObject({
      kind: 'cluster',
      config: undefined,
      why: expect.stringContaining(kubeconfig),
    })
    expect(chooseCluster(undefined, false, { KUBECONFIG: join(folder, 'no') })).toMatchObject({
      kind: 'demo',
      why: expect.stringContaining('no kubeconfig'),
    })
    expect(chooseCluster(undefined, true, { KUBECONFIG: kubeconfig }).kind).toBe('demo')
    expect(chooseCluster('x.yaml', false, {})).toMatchObject({ kind: 'cluster', config: 'x.yaml' })
    rmSync(folder, { recursive: true })
  })

  it('takes the next port when one is busy', async () => {
    const busy = createServer()
    const port = await new Promise<number>((resolve) =>
      busy.listen(0, '127.0.0.1', () => resolve(Object(busy.address()).port)),
    )
    expect(await freePort('127.0.0.1', port)).toBeGreaterThan(port)
    busy.close()
  })
})

it('prints hostile names harmlessly', () => {
  expect(
    table([
      ['a\u001b[31m\nb', '\u202ex'],
      ['c', 'd'],
    ]),
  ).toBe('a b  x\nc    d')
})
