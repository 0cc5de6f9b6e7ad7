import { expect, it } from 'vitest'
import { causePageOf } from '@/e2e/stand-in/catalogue'
import { nodePageOf } from '@/e2e/stand-in/incident'
import { runOf } from '@/e2e/stand-in/runs'
import { exported, fileName, markdownOf } from './export'

const AT = '2026-11-21T12:00:00Z'

it('a node fits a ticket: verdict, values, levels, fix and link', () => {
  const page = nodePageOf('dgx030', 'incident')
  const text = page ? markdownOf({ page }, AT, null, 'https://cairn.example/nodes/dgx030') : ''
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
  for (const part of [
    '## dgx030: Firmware change waits for a power cycle',
    '| 3 | Drivers and firmware | Failed |',
    'NUM_OF_VFS: now `16`, expected `8`',
    '`kubectl drain dgx030',
    'https://cairn.example/nodes/dgx030',
  ])
    expect(text.replaceAll('\\', '')).toContain(part)
})

it('a run and a cause fit a ticket too', () => {
  const run = markdownOf({ run: runOf('run-1') }, AT, null, 'https://cairn.example/runs/run-1')
  expect(run).toContain('Expected 356–407 GB/s')
  expect(run).toContain('| 17179869184 |')
  const cause = markdownOf({ cause: causePageOf('power-cycle-required:NUM_OF_VFS:8') }, AT, null, 'https://c.example/')
  expect(cause.replaceAll('\\', '')).toContain('NUM_OF_VFS')
  expect(cause).toContain('### Nodes')
  for (const text of [run, cause]) expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
})

it('lets no node write markup into a ticket', () => {
  const page = nodePageOf('dgx030', 'hostile')
  const text = page ? markdownOf({ page }, AT, null, '') : ''
  expect(text).toContain('\\<img src=x')
  expect(text).not.toMatch(/(^|[^\\])<img/)
})

it('holds no address of the API server', () => {
  const page = nodePageOf('dgx030', 'incident')
  if (!page) return expect.fail('no page')
  const report = { ...page.report, headline: 'The API server k8s.corp.example:6443 refuses connections' }
  const content = exported({ page: { ...page, report } }, AT, 'https://k8s.corp.example:6443')
  expect(content.headline).toBe('The API server [removed:API server] refuses connections')
})

it('makes names of files', () => {
  expect(fileName('../etc/passwd a:b\u202e')).toBe('.._etc_passwd_a_b_')
})
