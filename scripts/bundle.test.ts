import { execFile, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainSeeds } from '@/e2e/fleets/seeds'
import { explainFolder } from '@/lib/cli/explain-folder'
import { folderLines } from '@/lib/cli/explain-folder-text'
import { explain } from '@/lib/explain/explain'
import { knowledge } from '@/lib/explain/knowledge'
import { withoutUnsaid } from './lean-rules.mjs'

const folder = mkdtempSync(join(tmpdir(), 'cairn-bundle-'))
const captures = join(folder, 'captures')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the built command as bin/cairn.js does; exit 3 (a capture that is unreadable) is an answer too. */
async function bundled(...argv: string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [join(folder, 'bin/cairn.js'), 'explain', '--json', ...argv], {
    maxBuffer: 256 * 1024 * 1024,
  })
  return run.then(
    ({ stdout }) => stdout,
    (error: { code?: unknown; stdout?: string }) => (error.code === 3 ? (error.stdout ?? '') : Promise.reject(error)),
  )
}

describe('bundled command', () => {
  beforeAll(() => {
    const built = spawnSync(process.execPath, ['scripts/bundle.mjs', join(folder, 'dist')], { encoding: 'utf8' })
    expect(built.status, built.stderr).toBe(0)
    cpSync('bin', join(folder, 'bin'), { recursive: true })
    mkdirSync(captures)
    for (const { kind } of knowledge.formats)
      for (const [at, text] of explainSeeds(kind).entries()) writeFileSync(join(captures, `${kind}-${at}`), text)
    writeFileSync(join(captures, 'flow.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\n')
  }, 60_000)

  it('judges every capture exactly as the sources do', { timeout: 60_000 }, async () => {
    const files = readdirSync(captures)
      .sort()
      .map((name) => join(captures, name))
    const lines = (await bundled(...files)).trimEnd().split('\n')
    expect(lines).toHaveLength(files.length)
    for (const [at, file] of files.entries())
      expect(lines[at]).toBe(JSON.stringify(explain(file, readFileSync(file, 'utf8'), knowledge).answer))
    expect(lines.filter((line) => JSON.parse(line).verdicts.length > 0).length).toBeGreaterThan(20)
  })

  it('judges a folder exactly as the sources do', { timeout: 60_000 }, async () => {
    expect(await bundled(captures)).toBe(folderLines(captures, await explainFolder(captures, knowledge)))
  })

  it('answers plain captures by the program that starts fast, and only those', async () => {
    const alone = join(folder, 'dist/chunks/explain.cjs')
    expect(readFileSync(alone, 'utf8')).not.toMatch(/[^\x00-\x7f]/)
    const { program, script } = createRequire(import.meta.url)(join(folder, 'bin/code-cache.cjs')).start(alone)
    expect(script.cachedDataRejected).toBe(false)
    expect(await program.run([captures])).toBeNull()
    expect(await program.run([join(captures, 'flow.yaml'), captures])).toBeNull()
  })

  it('leaves out what it never says, and reads YAML late', () => {
    const chunks = join(folder, 'dist/chunks')
    const code = readdirSync(chunks)
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => readFileSync(join(chunks, name), 'utf8'))
    const rules = code.find((text) => text.includes('pending-vf-count') && !text.includes('queried without -e'))
    expect(rules).toBeDefined()
    expect(rules).not.toContain('BLOCK_LITERAL')
  })
})

describe('rules without what is never said', () => {
  const files = ['lib/checks', 'lib/causes'].flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/\.(?:test|gen)\.ts$/.test(name))
      .map((name) => join(room, name)),
  )

  it('keep their lines, for source maps, and everything that judges', () => {
    expect(files.length).toBeGreaterThan(200)
    for (const file of files) {
      const source = readFileSync(file, 'utf8')
      const lean = withoutUnsaid(source)
      expect(lean.split('\n').length, file).toBe(source.split('\n').length)
      if (/^ {2}examples: /m.test(source)) expect(lean, file).toContain('  examples: [],')
      for (const part of ['run', 'match', 'id', 'level', 'title', 'needs', 'explains'])
        expect(lean.includes(`\n  ${part}`), `${file} ${part}`).toBe(source.includes(`\n  ${part}`))
    }
  })
})
