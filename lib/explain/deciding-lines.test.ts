import { describe, expect, it } from 'vitest'
import { decidingLines } from './deciding-lines'
import { explain } from './explain'
import { SEEDS } from './fuzz-seeds'
import { knowledge } from './knowledge'

const TEXT = [
  'Device: 0000:18:00.0',
  '* NUM_OF_VFS   0   16   8',
  '  SRIOV_EN   False(0)   True(1)   True(1)',
  'NUM_OF_VFS is 160',
].join('\n')
const table = (...cells: (string | number | null)[]) => [
  {
    kind: 'table' as const,
    title: '',
    columns: [],
    rows: [{ cells, deviates: true }, { cells: ['SRIOV_EN', 'True(1)'] }],
  },
]

describe('deciding lines', () => {
  it('are the lines that are quoted', () => {
    const lines = [{ text: ' NUM_OF_VFS is 160 ', mark: true }, { text: 'Device: 0000:18:00.0' }]
    expect(decidingLines(TEXT, [{ kind: 'lines', title: '', source: '', lines }])).toEqual([4])
  })

  it('come in the order of the quotes, each wherever it stands', () => {
    const lines = [
      { text: 'SRIOV_EN   False(0)   True(1)   True(1)   (2 times)', mark: true },
      { text: 'Device: 0000:18:00.0', mark: true },
    ]
    expect(decidingLines(`${TEXT}\n${TEXT}`, [{ kind: 'lines', title: '', source: '', lines }])).toEqual([3, 7, 1, 5])
  })

  it('else those with most of the values compared, as whole words', () => {
    expect(decidingLines(TEXT, table('0000:18:00.0', 'NUM_OF_VFS', 16, 8))).toEqual([2])
    expect(
      decidingLines(TEXT, [{ kind: 'value', label: 'NUM_OF_VFS', value: 16, expected: 8, source: '', ok: false }]),
    ).toEqual([2])
  })

  it('none where a value alone could be anything, or every line holds it', () => {
    expect(decidingLines(TEXT, table(16))).toEqual([])
    expect(decidingLines('State: Active\n'.repeat(20), table('State', 'Active'))).toEqual([])
    expect(decidingLines(TEXT, [])).toEqual([])
  })

  it('are found for what real captures show', () => {
    const { judgement, text } = explain('a', SEEDS.mstconfig ?? '', knowledge)
    const pending = judgement.details.find((detail) => detail.check === 'pending-vf-count')
    const marked = decidingLines(text, pending?.evidence ?? []).map((at) => text.split('\n')[at - 1])
    expect(marked.join()).toContain('NUM_OF_VFS')
  })
})
