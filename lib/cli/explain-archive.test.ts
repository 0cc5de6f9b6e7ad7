import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { SEEDS } from '@/lib/explain/fuzz-seeds'
import { knowledge } from '@/lib/explain/knowledge'
import { main } from './explain'
import { explainArchive, type Opened, openArchive } from './explain-archive'
import { explainFolder } from './explain-folder'

const folder = mkdtempSync(join(tmpdir(), 'cairn-archive-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
function write(bytes: Uint8Array | string): string {
  count += 1
  const file = join(folder, `${count}.bin`)
  writeFileSync(file, bytes)
  return file
}

interface Header {
  name: string
  body?: string | Uint8Array
  type?: string
  /** Size said, where it is not the body's. */
  size?: number
  prefix?: string
}

/** One entry of a ustar archive, by the layout of POSIX.1-2017 (pax, "ustar Interchange Format"). */
function entry({ name, body = '', type = '0', size, prefix = '' }: Header): Buffer {
  const content = Buffer.from(body)
  const head = Buffer.alloc(512)
  head.write(name, 0, 100)
  head.write('0000644\0', 100)
  head.write(`${(size ?? content.length).toString(8).padStart(11, '0')}\0`, 124)
  head.write('        ', 148)
  head.write(type, 156)
  head.write('ustar\x0000', 257)
  head.write(prefix, 345, 155)
  head.write(
    `${head
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return Buffer.concat([head, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

const END = Buffer.alloc(1024)
const tar = (...entries: Header[]) => Buffer.concat([...entries.map(entry), END])
const pax = (records: string) => ({ name: 'pax', type: 'x', body: records })
const record = (text: string) => {
  for (let length = text.length + 3; ; length += 1)
    if (`${length} ${text}\n`.length === length) return `${length} ${text}\n`
}

async function open(bytes: Uint8Array, limits?: Parameters<typeof openArchive>[1]) {
  const opened: Opened = await openArchive(write(bytes), limits)
  if (!('contents' in opened)) return expect.fail(JSON.stringify(opened))
  const text = new TextDecoder()
  return {
    files: opened.contents.files.map(({ parts, bytes }) => [parts.join('/'), text.decode(bytes)]),
    left: opened.contents.left,
  }
}

describe('tar', () => {
  const long = `${'folder/'.repeat(30)}file.txt`

  it('gives names and bytes, whoever wrote the long names', async () => {
    const made = tar(
      { name: 'a/b.txt', body: 'one' },
      { name: 'full.txt', body: 'x'.repeat(512) },
      { name: 'c.txt', body: 'two', prefix: 'deep/folder' },
      { name: '././@LongLink', type: 'L', body: `${long}\0` },
      { name: long.slice(0, 100), body: 'three' },
      pax(record('mtime=1.5') + record(`path=${long}2`)),
      { name: 'short', body: 'four' },
      { name: 'after', body: 'five' },
    )
    const files = [
      ['a/b.txt', 'one'],
      ['full.txt', 'x'.repeat(512)],
      ['deep/folder/c.txt', 'two'],
      [long, 'three'],
      [`${long}2`, 'four'],
      ['after', 'five'],
    ].map(([name = '', text]) => [name.split('/').slice(-32).join('/'), text])
    expect(await open(made)).toEqual({ files, left: [] })
    expect(await open(gzipSync(made))).toEqual({ files, left: [] })
  })

  it('keeps no link, device or path that leads elsewhere', async () => {
    const { files, left } = await open(
      tar(
        { name: '../../etc/cron.d/x', body: 'a' },
        { name: '/root/.ssh/authorized_keys', body: 'b' },
        { name: 'link', type: '2' },
        { name: 'hard', type: '1' },
        { name: 'null', type: '3' },
        { name: 'pipe', type: '6' },
        { name: 'folder/', type: '5' },
        { name: '..', body: 'c' },
      ),
    )
    expect(files).toEqual([
      ['etc/cron.d/x', 'a'],
      ['root/.ssh/authorized_keys', 'b'],
    ])
    expect(left.map((one) => [one.file, one.why])).toEqual([
      ['link', 'not a plain file'],
      ['hard', 'not a plain file'],
      ['null', 'not a plain file'],
      ['pipe', 'not a plain file'],
      ['..', 'no name'],
    ])
  })

  it('keeps what is whole of a cut or damaged archive, and says where it ends', async () => {
    const whole = tar({ name: 'a', body: 'one' }, { name: 'b', body: 'x'.repeat(2000) })
    expect(await open(whole.subarray(0, 1700))).toEqual({
      files: [['a', 'one']],
      left: [{ file: 'b', why: 'the archive ends within it' }],
    })
    // Noise, so that half of the packed bytes is half of the text.
    const noise = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * at * 31 + (at >> 3) * 17) & 0xff))
    const packed = gzipSync(tar({ name: 'a', body: 'one' }, { name: 'b', body: noise }))
    const cut = await open(packed.subarray(0, packed.length / 2))
    expect(cut.files).toEqual([['a', 'one']])
    expect(cut.left).toEqual([{ file: 'the rest of the archive', why: 'unexpected end of file' }])
    const damaged = Buffer.from(whole)
    damaged[1024 + 3] = 0x41
    expect((await open(damaged)).left).toEqual([
      { file: 'the rest of the archive', why: 'it is damaged here: a header has the wrong checksum' },
    ])
  })

  it('takes no size at its word', async () => {
    const limits = { files: 10, bytes: 1000, fileBytes: 600 }
    expect((await open(Buffer.concat([entry({ name: 'a', size: 599 })]), limits)).left).toEqual([
      { file: 'a', why: 'the archive ends within it' },
    ])
    const many = await open(
      tar(
        { name: 'large', body: 'x'.repeat(601) },
        { name: 'a', body: 'x'.repeat(600) },
        { name: 'b', body: 'x'.repeat(600) },
        { name: 'c', body: 'x'.repeat(300) },
      ),
      limits,
    )
    expect(many.files.map(([name]) => name)).toEqual(['a', 'c'])
    expect(many.left.map((one) => one.file)).toEqual(['large', 'b'])
    const negative = entry({ name: 'n' })
    negative.fill(0xff, 124, 136)
    expect((await open(Buffer.concat([negative, END]), limits)).left[0]?.why).toContain('damaged')
    expect((await open(tar({ name: 'pax', type: 'x', size: 2 ** 30 }))).left[0]?.why).toContain('damaged')
  })

  it('bounds 100,000 entries and names the first of them', { timeout: 60_000 }, async () => {
    const made = Buffer.alloc(100_000 * 1024, entry({ name: 'f', body: 'x' }))
    const { files, left } = await open(gzipSync(made, { level: 1 }))
    expect(files).toHaveLength(20_000)
    expect(left).toHaveLength(1001)
    expect(left[0]?.why).toBe('more than 20000 files')
    expect(left.at(-1)?.file).toBe('79000 more')
  })

  it('stops at a bomb', { timeout: 60_000 }, async () => {
    const bomb = gzipSync(tar({ name: 'a', body: 'one' }, { name: 'zeros', body: Buffer.alloc(40 * 1024 * 1024) }))
    expect(bomb.length).toBeLessThan(200_000)
    const { files, left } = await open(bomb)
    expect(files).toEqual([['a', 'one']])
    expect(left.at(-1)).toEqual({
      file: 'the rest of the archive',
      why: 'it unpacks to more than 250 times its size',
    })
    expect(await openArchive(write(gzipSync(Buffer.alloc(40 * 1024 * 1024))))).toEqual({
      error: expect.stringContaining('unpacks to more than'),
    })
  })
})

describe('other packings', () => {
  it.each([
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
    ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ])('%s is named, and what to do', async (name, magic) => {
    expect(await openArchive(write(Buffer.from([...magic, 0, 0, 0])))).toEqual({
      error: `packed with ${name}, which is not opened here: unpack it, and give the folder or a .tar.gz`,
    })
  })

  it('a gzipped log is that log; packed twice is said', async () => {
    expect(await openArchive(write(gzipSync('a log')))).toEqual({ text: 'a log' })
    expect(await openArchive(write(gzipSync(gzipSync('a log'))))).toEqual({
      error: 'it is packed twice: unpack it once by hand',
    })
  })
})

describe('cairn explain ARCHIVE', () => {
  const node = (name: string) =>
    `apiVersion: v1\nkind: Node\nmetadata:\n  name: ${name}\n  labels:\n    nvidia.com/gpu.present: "true"\nstatus:\n  nodeInfo:\n    kernelVersion: 6.8.0\n`
  const report = join(folder, 'sosreport')

  async function run(...argv: string[]): Promise<{ code: number; lines: string[] }> {
    const printed: string[] = []
    const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0)
    try {
      return { code: await main(argv), lines: printed.join('').split('\n').filter(Boolean) }
    } finally {
      out.mockRestore()
    }
  }

  // The layout of Mellanox/network-operator scripts/sosreport/network-operator-sosreport.sh, packed as it packs it.
  it('judges a packed sosreport as the folder it was made of', async () => {
    const files = {
      'nodes/all-nodes.yaml': `${node('dgx030')}---\n${node('dgx031')}`,
      'operator/components/ofed-driver/diagnostics/dgx030-ibstat.txt': SEEDS.ibstat ?? '',
      'operator/components/ofed-driver/diagnostics/dgx031-ibstat.txt': (SEEDS.ibstat ?? '').replace('Active', 'Down'),
      'metadata/collection-info.txt': 'Script Version: v26.1.0\n',
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(report, name, '..'), { recursive: true })
      writeFileSync(join(report, name), text)
    }
    const archive = join(folder, 'sosreport.tar.gz')
    const packed = spawnSync('tar', ['-czf', archive, '-C', folder, 'sosreport'])
    expect(packed.status, String(packed.stderr)).toBe(0)
    const opened = await openArchive(archive)
    if (!('contents' in opened)) return expect.fail(JSON.stringify(opened))
    const [asArchive, asFolder] = [
      await explainArchive(archive, opened.contents, knowledge),
      await explainFolder(report, knowledge),
    ]
    expect(asArchive.together.reports).toEqual(asFolder.together.reports)
    expect(asArchive.together.headline).toMatchObject({ nodes: ['dgx031'], level: 'links' })
    const { lines } = await run('--json', archive)
    expect(lines).toHaveLength(3)
    expect(JSON.parse(lines[2] ?? '').summary.headline.nodes).toEqual(['dgx031'])
  })

  it('says one line for what it cannot open, and goes on', async () => {
    symlinkSync('nowhere', join(folder, 'broken'))
    const { code, lines } = await run(
      '--json',
      write(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])),
      write(gzipSync(SEEDS.ibstat ?? '')),
      join(folder, 'broken'),
    )
    expect(code).toBe(3)
    expect(lines.map((line) => JSON.parse(line)).map(({ kind, status }) => [kind, status])).toEqual([
      [null, 'unreadable'],
      ['ibstat', 'ok'],
      [null, 'unreadable'],
    ])
  })
})
