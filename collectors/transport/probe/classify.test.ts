import { describe, expect, it } from 'vitest'
import type { Section } from '../types'
import { classifySection } from './classify'
import type { SectionFrame } from './frames'

const SECTION: Section = {
  id: 'a.x',
  read: { via: 'node', lane: 'fast', script: ':', tool: 'mstconfig', package: 'mstflint', maxBytes: 1024 },
}
function ended(more: Partial<SectionFrame> & { text?: string; error?: string } = {}) {
  const { text = 'out', error = '', ...rest } = more
  const [stdout, stderr] = [Buffer.from(text), Buffer.from(error)]
  const sizes = { stdout, stdoutTotal: stdout.length, stderr, stderrTotal: stderr.length }
  return classifySection(SECTION, { id: 'a.x', exitCode: 0, how: '-', durationMs: 1, ...sizes, ...rest }, 'now')
}

describe('how a section ended', () => {
  it.each([
    ['answered', {}, 'ok'],
    ['answered, with an exit code of the tool’s own', { exitCode: 3 }, 'ok'],
    ['M-02 did not end', { how: 't' }, 'timeout'],
    ['tool not there', { how: 'a' }, 'absent'],
    ['M-05 tool not found by the shell', { exitCode: 127, error: 'sh: mstconfig: not found' }, 'absent'],
    ['M-05 not executable', { exitCode: 126 }, 'denied'],
    ['M-05 killed for memory', { exitCode: 137 }, 'unreadable'],
    ['M-05 crashed', { exitCode: 139, text: 'half a ta' }, 'unreadable'],
    ['ended by a reader that had enough', { exitCode: 141 }, 'ok'],
    ['sudo asks', { exitCode: 1, text: '', error: 'sudo: a password is required' }, 'denied'],
    ['no permission and no word', { exitCode: 1, text: '', error: 'open: Permission denied' }, 'denied'],
    ['one file of many without permission', { exitCode: 1, error: 'grep: x: Permission denied' }, 'ok'],
  ] as const)('%s', (_, frame, status) => {
    const raw = ended(frame)
    expect(raw.status).toBe(status)
    if (status !== 'ok') expect(raw.reason?.length).toBeGreaterThan(5)
  })

  it('M-06: says that a cap cut the text, and keeps no more', () => {
    expect(ended({ text: 'x'.repeat(4096) })).toMatchObject({ text: 'x'.repeat(1024), cut: true })
    expect(ended({ stdoutTotal: 4 })).toMatchObject({ text: 'out', cut: true })
    expect(ended()).toMatchObject({ cut: false })
  })
})
