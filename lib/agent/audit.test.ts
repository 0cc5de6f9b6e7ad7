import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type AuditEntry, openAudit, verifyAudit } from './audit'

const clock = { now: () => new Date('2026-11-21T12:00:00Z') }
const entry = (target: string): AuditEntry => ({
  actor: 'ann',
  authMode: 'tokens',
  role: 'operator',
  action: 'run.start',
  target,
  outcome: 'started',
  level: 3,
})
let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-audit-'))
  path = join(folder, 'audit.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(count: number): void {
  const audit = openAudit(path, clock)
  for (let n = 0; n < count; n += 1) audit.record(entry(`dgx${n}`))
  audit.close()
}

it('goes on with the chain after a restart', () => {
  write(3)
  write(2)
  expect(verifyAudit(path)).toEqual({ ok: true, lines: 5 })
})

it('names the line that was deleted, altered, inserted or moved', () => {
  write(5)
  const whole = readFileSync(path, 'utf8')
  const lines = whole.trimEnd().split('\n')
  const tampered: readonly [string[], number][] = [
    [lines.filter((_, at) => at !== 1), 2],
    [lines.map((line, at) => (at === 2 ? line.replace('dgx2', 'dgx9') : line)), 4],
    [lines.toSpliced(2, 0, lines[1] ?? ''), 3],
    [[lines[0], lines[2], lines[1], lines[3], lines[4]].map(String), 2],
    [lines.slice(1), 1],
    [lines.with(3, 'not json'), 4],
  ]
  for (const [changed, line] of tampered) {
    writeFileSync(path, `${changed.join('\n')}\n`)
    expect(verifyAudit(path)).toMatchObject({ ok: false, line })
  }
})

it('says so when a crash left half a line, and keeps new lines whole', () => {
  write(2)
  appendFileSync(path, '{"seq":3,"ts"')
  expect(verifyAudit(path)).toMatchObject({ ok: false, line: 3 })
  write(1)
  expect(verifyAudit(path)).toMatchObject({ ok: false, line: 3, problem: 'not an audit line' })
  expect(readFileSync(path, 'utf8').split('\n').at(-2)).toContain('"seq":3')
})

it('refuses the action when the line cannot be written', () => {
  const audit = openAudit('/dev/full', clock)
  expect(() => audit.record(entry('x'))).toThrow('audit-failed')
})

it('holds no line breaks, escapes or credentials of a target', () => {
  const audit = openAudit(path, clock)
  audit.record(entry('a\n\u001b[31mb password=hunter2x'))
  audit.close()
  expect(readFileSync(path, 'utf8')).toContain('"target":"a b password=[redacted:password]"')
})
