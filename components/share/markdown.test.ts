import { expect, it } from 'vitest'
import { nodePageOf } from '@/e2e/stand-in/incident'
import { nodeMarkdown } from './markdown'

it('fits a ticket and holds verdict, levels, evidence, fix and link', () => {
  const page = nodePageOf('dgx030', 'incident')
  const text = page ? nodeMarkdown(page, 'https://cairn.example/nodes/dgx030') : ''
  const lines = text.split('\n')
  expect(lines.length).toBeLessThanOrEqual(60)
  for (const part of [
    '## dgx030: Firmware change waits for a power cycle',
    '| 3 | Drivers and firmware | Failed |',
    'NUM_OF_VFS',
    '`kubectl drain dgx030',
    'https://cairn.example/nodes/dgx030',
  ])
    expect(text.replaceAll('\\', '')).toContain(part)
})

it('lets no node write markup into a ticket', () => {
  const page = nodePageOf('dgx030', 'hostile')
  const text = page ? nodeMarkdown(page, '') : ''
  expect(text).toContain('\\<img src=x')
  expect(text).not.toMatch(/(^|[^\\])<img/)
})
