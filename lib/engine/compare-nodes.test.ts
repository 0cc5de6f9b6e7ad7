import { describe, expect, it } from 'vitest'
import { compareNodes, type NodeTraits } from './compare-nodes'

const node = (name: string, kernel: string | null, rest: Partial<NodeTraits> = {}): NodeTraits => ({
  node: name,
  attributes: { kernel },
  railsDown: [],
  guids: [],
  ...rest,
})

describe('comparing nodes', () => {
  it('names a majority only where more than half of at least three agree', () => {
    expect(compareNodes([node('a', '6.8'), node('b', '6.8'), node('c', '5.15')]).majority.kernel).toEqual({
      value: '6.8',
      count: 2,
      of: 3,
    })
    expect(compareNodes([node('a', '6.8'), node('b', '6.8')]).majority).toEqual({})
    expect(compareNodes([node('a', '6.8'), node('b', '5.15'), node('c', null)]).majority).toEqual({})
  })

  it('sees a rail down on several nodes and a GUID used twice, whatever the order', () => {
    const nodes = [
      node('a', null, { railsDown: [3], guids: [{ guid: '00:11', pci: '0000:18:00.1' }] }),
      node('b', null, { railsDown: [3, 5], guids: [{ guid: '00:11', pci: '0000:18:00.2' }] }),
    ]
    const facts = compareNodes(nodes)
    expect(facts.railsDown).toEqual([{ rail: 3, nodes: ['a', 'b'] }])
    expect(facts.duplicateGuids).toEqual([
      {
        guid: '00:11',
        at: [
          { node: 'a', pci: '0000:18:00.1' },
          { node: 'b', pci: '0000:18:00.2' },
        ],
      },
    ])
    expect(compareNodes([...nodes].reverse())).toEqual(facts)
  })
})
