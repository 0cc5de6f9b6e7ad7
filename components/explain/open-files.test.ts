import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { openFiles } from './open-files'

const folder = mkdtempSync(join(tmpdir(), 'cairn-drop-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const picked = (path: string, bytes: Uint8Array | string) => ({
  path,
  file: new File([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)], path),
})

function archive(files: Readonly<Record<string, string>>): Buffer {
  const room = mkdtempSync(join(folder, 'a-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(room, 'in', name, '..'), { recursive: true })
    writeFileSync(join(room, 'in', name), text)
  }
  const packed = spawnSync('tar', ['-czf', join(room, 'out.tgz'), '-C', join(room, 'in'), '.'])
  expect(packed.status, String(packed.stderr)).toBe(0)
  return readFileSync(join(room, 'out.tgz'))
}

describe('dropped files', () => {
  it('are read by what they hold: texts, packed texts, archives', async () => {
    const { inputs, left } = await openFiles([
      picked('node-a/ibstat.txt', 'one'),
      picked('log.gz', gzipSync('two')),
      picked('sos.tgz', archive({ 'nodes/a.yaml': 'three', 'deep/er/b.log': 'four' })),
      picked('empty', ''),
    ])
    expect(left).toEqual([])
    expect(inputs.map(({ name, text }) => [name, text]).sort()).toEqual([
      ['log.gz', 'two'],
      ['node-a/ibstat.txt', 'one'],
      ['sos.tgz/deep/er/b.log', 'four'],
      ['sos.tgz/nodes/a.yaml', 'three'],
    ])
  })

  it('say why they were left', async () => {
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024))
    const { inputs, left } = await openFiles([
      picked('a.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])),
      picked('bomb.gz', bomb),
      picked('cut.tgz', archive({ a: 'x'.repeat(50_000) }).subarray(0, 60)),
      picked('fine', 'text'),
    ])
    expect(inputs.map(({ name }) => name)).toEqual(['fine'])
    expect(left.map(({ file }) => file)).toEqual(['a.xz', 'bomb.gz', expect.stringContaining('cut.tgz')])
    expect(left[0]?.why).toContain('xz')
    expect(left[1]?.why).toMatch(/more than/)
    expect(left[2]?.why).toContain('damaged')
  })

  it('of too many only as many as fit are taken', async () => {
    const { inputs, left } = await openFiles(Array.from({ length: 1002 }, (_, at) => picked(`${at}`, 'x')))
    expect([inputs.length, left.length]).toEqual([1000, 2])
  })
})
