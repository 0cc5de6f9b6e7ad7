import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { node, run } from '@/lib/agent/http/fixtures/running-agent'
import { snapshotContent } from '@/lib/contract/snapshots'
import { freezeNode, freezeRun } from './content'
import { MAX_MARKDOWN_LINES, toMarkdown } from './markdown'
import { Masker, maskContent } from './mask'

const AT = '2026-11-21T12:00:00Z'

describe('masking', () => {
  const masker = () => new Masker(['dgx030', 'dgx030-b', 'dgx031.example.net'])

  it('names equal things equally, and longer names first', () => {
    const text = masker().text(
      'dgx030 dgx030-b dgx030.example.net DGX031.example.net dgx0301 10.0.0.1 10.0.0.1/24 10.0.0.2 fe80::1ff:fe23:4567:890a',
    )
    expect(text).toBe('node-1 node-2 node-1 node-3 dgx0301 ip-1 ip-1/24 ip-2 ip-3')
  })

  it('takes every form of a GUID and MAC, and leaves PCI addresses, times, versions and digests', () => {
    const m = masker()
    expect(
      m.text('0xa088c20300e7a8b2 a088c20300e7a8b2 a088:c203:00e7:a8b2 a0:88:c2:03:00:e7:a8:b2 a0:88:c2:e7:a8:b2'),
    ).toBe('guid-1 guid-1 guid-1 guid-1 mac-1')
    const kept =
      '0000:1a:00.0 12:30:45 28.43.1014 2026-11-21T12:00:00Z sha256:0123456789abcdef0123456789abcdef mlx5_0 0x15b3'
    expect(m.text(kept)).toBe(kept)
  })

  it('leaves no name in any text of a page', () => {
    const masked = maskContent(freezeNode(node, AT).content, new Masker(['dgx030.example.net']))
    expect(JSON.stringify(masked)).not.toMatch(/dgx030|example\.net|10\.20|a0:?88/)
  })
})

describe('frozen content', () => {
  it('holds only allow-listed keys, and no credential (P-17)', () => {
    const frozen = freezeNode(node, AT)
    expect(snapshotContent.strict().safeParse(frozen.content).success).toBe(true)
    expect(JSON.stringify(frozen.content)).not.toMatch(/Sn4pshotCanary|secret-boot-id|10\.20\.30\.40"/)
    expect(JSON.stringify(freezeRun(run, AT).content)).not.toMatch(/cairn-runs|local/)
  })

  it('fits a ticket, whatever the texts are', () => {
    const { content } = freezeNode(node, AT)
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 200 }), (texts) => {
        const hostile = {
          ...content,
          headline: texts[0] ?? '',
          facts: texts.map((value) => ({ label: 'x\n# y', value })),
        }
        const lines = toMarkdown(hostile).split('\n')
        expect(lines.length).toBeLessThanOrEqual(MAX_MARKDOWN_LINES + 1)
        expect(lines.slice(1).some((line) => /^\s*(#|<|```|!\[)/.test(line))).toBe(false)
      }),
      { numRuns: 200 },
    )
  })
})
