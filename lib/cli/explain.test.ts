import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CapturedRead } from '@/lib/explain/captured-node'
import { explain } from '@/lib/explain/explain'
import { SEEDS } from '@/lib/explain/fuzz-seeds'
import { knowledge } from '@/lib/explain/knowledge'
import { main } from './explain'
import { explainFolder } from './explain-folder'
import { explainPath } from './explain-read'

const folder = mkdtempSync(join(tmpdir(), 'cairn-explain-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, text: string): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

/** Runs the command; its exit status and what it printed. */
async function run(...argv: string[]): Promise<{ code: number; lines: string[] }> {
  const printed: string[] = []
  const keep = (text: unknown) => printed.push(String(text)) > 0
  const [out, err] = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')]
  out.mockImplementation(keep)
  err.mockImplementation(keep)
  try {
    const code = await main(argv)
    return { code, lines: printed.join('').split('\n').filter(Boolean) }
  } finally {
    out.mockRestore()
    err.mockRestore()
  }
}

const node = (name: string) => `apiVersion: v1
kind: Node
metadata:
  name: ${name}
  labels:
    nvidia.com/gpu.present: "true"
status:
  nodeInfo:
    kernelVersion: 6.8.0
`

describe('command line', () => {
  const read = write('one/a.txt', SEEDS.ibstat ?? '')
  const unknown = write('one/b.txt', 'nothing that any tool prints\n')

  it('prints one object per file in order, whatever happens', async () => {
    const { code, lines } = await run('--json', unknown, join(folder, 'missing'), read)
    expect(code).toBe(3)
    expect(lines.map((line) => JSON.parse(line)).map(({ file, kind }) => [file, kind])).toEqual([
      [unknown, null],
      [join(folder, 'missing'), null],
      [read, 'ibstat'],
    ])
  })

  it('says 0 when all were read and 2 for wrong usage', async () => {
    expect((await run('--json', read)).code).toBe(0)
    expect((await run('--wrong')).code).toBe(2)
    expect((await run('--as', 'no-such-kind', read)).code).toBe(2)
    expect((await run('--json', '--as=ibstat', read)).code).toBe(0)
  })

  it('takes a folder among files: a line per node, then the summary', async () => {
    const { lines } = await run('--json', read, join(folder, 'one'))
    const [first, report, last] = lines.map((line) => JSON.parse(line))
    expect(lines).toHaveLength(3)
    expect(first.kind).toBe('ibstat')
    expect(report).toMatchObject({ schema: 1, node: 'pasted', directory: join(folder, 'one') })
    expect(last.summary.captures.map((one: { kind: string | null }) => one.kind)).toEqual(['ibstat', null])
  })
})

describe('folder', () => {
  beforeAll(() => {
    write('sos/nodes/all-nodes.yaml', `${node('dgx030')}---\n${node('dgx031')}`)
    write('sos/operator/components/ofed-driver/diagnostics/dgx030-ibstat.txt', SEEDS.ibstat ?? '')
    write('sos/dgx031/anything.txt', (SEEDS.ibstat ?? '').replace('State: Active', 'State: Down'))
    write('sos/metadata/collection-info.txt', 'Script Version: v26.1.0\n')
  })

  it('puts captures to nodes by their path and recognises them by content', async () => {
    const { together, captures } = await explainFolder(join(folder, 'sos'), knowledge)
    expect(together.reports.map((report) => report.node).sort()).toEqual(['dgx030', 'dgx031'])
    expect(
      captures
        .filter((one) => one.kind === 'ibstat')
        .map((one) => one.node)
        .sort(),
    ).toEqual(['dgx030', 'dgx031'])
    expect(together.headline.nodes).toEqual(['dgx031'])
    expect(together.headline.level).toBe('links')
  })
})

describe('folder of cairn capture', () => {
  const text = `=== 0000:18:00.0\n${SEEDS.mstconfig ?? ''}`
  const read = (over: Partial<CapturedRead> = {}): CapturedRead => ({
    file: 'nicFirmware.query.txt',
    id: 'nicFirmware.query',
    via: 'node',
    scope: 'node',
    source: 'dgx030',
    command: 'mstconfig',
    status: 'ok',
    stderr: '',
    exitCode: 0,
    cut: false,
    startedAt: '2026-11-21T14:00:00Z',
    durationMs: 1,
    digest: createHash('sha256').update(text).digest('hex'),
    redactions: [],
    ...over,
  })
  const manifest = (one: CapturedRead) => JSON.stringify({ cairnCapture: 1, node: 'dgx030', reads: [one] })
  const stateOf = async (path: string) => {
    const { together } = await explainFolder(join(folder, path), knowledge)
    expect(together.reports.map((report) => report.node)).toEqual(['dgx030'])
    return together.reports[0]?.checks.find((check) => check.id === 'pending-vf-count')
  }

  it('is read with the parsers that read the node', async () => {
    write('cap/dgx030/capture.json', manifest(read()))
    write('cap/dgx030/nicFirmware.query.txt', text)
    expect((await stateOf('cap'))?.state).toBe('fail')
  })

  it('is unknown where a text was changed, is missing or was denied', async () => {
    write('changed/capture.json', manifest(read()))
    write('changed/nicFirmware.query.txt', text.replaceAll('16', '8'))
    expect(await stateOf('changed')).toMatchObject({ state: 'unknown', summary: expect.stringContaining('changed') })
    write('denied/capture.json', manifest(read({ status: 'denied', reason: 'sudo refused' })))
    expect(await stateOf('denied')).toMatchObject({
      state: 'unknown',
      summary: expect.stringContaining('sudo refused'),
    })
  })
})

describe('long NCCL log', () => {
  it('is read in pieces with the same answer as a whole one', { timeout: 60_000 }, async () => {
    const [head = '', ...rest] = (SEEDS.nccl ?? '').split('#       size')
    const noise = 'node-a:101:140 [0] NCCL INFO Channel 00/0 : 0[0] -> 1[1] via P2P/CUMEM\n'
    const text = `${head}${noise.repeat(40_000)}#       size${rest.join('#       size')}`
    const file = write('big.log', text)
    const streamed = await explainPath(file, undefined, knowledge)
    expect(streamed.text).toBe('')
    expect(streamed.answer).toEqual(explain(file, text, knowledge).answer)
  })
})
