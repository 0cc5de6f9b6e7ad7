import { describe, expect, it } from 'vitest'
import type { AnyClusterCollector } from '@/lib/collector'
import { RecordIndex } from './record-index'
import { collection, object } from './testing'

/** Names of the records a fact is made of; tests' collections fold to their records. */
function names(fact: unknown): unknown[] {
  return Array.isArray(fact) ? fact.map((record: { name: unknown }) => record.name) : []
}

function counted(): { index: RecordIndex; folds(): number } {
  const base: AnyClusterCollector = collection('things')
  let folds = 0
  const index = new RecordIndex({
    ...base,
    fold: (records) => {
      folds += 1
      return base.fold(records)
    },
  })
  return { index, folds: () => folds }
}

describe('records by node', () => {
  it('gives a node its own records and those of the whole cluster', () => {
    const { index } = counted()
    index.upsert('1', object('mine', 'n1'))
    index.upsert('2', object('yours', 'n2'))
    index.upsert('3', object('everybody', null))
    expect(names(index.factFor('n1'))).toEqual(['everybody', 'mine'])
    expect(names(index.factFor('n3'))).toEqual(['everybody'])
    expect(names(index.factForAll())).toEqual(['everybody', 'mine', 'yours'])
  })

  it('says who is touched: the node before and the node after, or all', () => {
    const { index } = counted()
    expect(index.upsert('1', object('a', 'n1'))).toEqual(new Set(['n1']))
    expect(index.upsert('1', object('a', 'n2'))).toEqual(new Set(['n1', 'n2']))
    expect(names(index.factFor('n1'))).toEqual([])
    expect(index.upsert('1', object('a', null))).toBe('*')
    expect(index.remove('1')).toBe('*')
    expect(index.remove('1')).toEqual(new Set())
  })

  it('M-10: what a list does not name is gone', () => {
    const { index } = counted()
    index.upsert('1', object('a', 'n1'))
    index.upsert('2', object('b', 'n1'))
    expect(index.reset(new Set(['2']))).toEqual(new Set(['n1']))
    expect(names(index.factFor('n1'))).toEqual(['b'])
    expect(index.size).toBe(1)
  })

  it('forgets an object that is not wanted any more', () => {
    const { index } = counted()
    index.upsert('1', object('a', 'n1'))
    expect(index.upsert('1', object('a', 'n1', { unwanted: true }))).toEqual(new Set(['n1']))
    expect(names(index.factFor('n1'))).toEqual([])
  })

  it('an object it cannot read is said, not left out', () => {
    const { index } = counted()
    index.upsert('1', object('a', 'n1'))
    expect(index.upsert('2', object('b', 'n1', { broken: true }))).toBe('*')
    expect(index.problem()).toContain('b: no such field')
    expect(index.upsert('2', object('b', 'n1'))).toBe('*')
    expect(index.problem()).toBeNull()
    index.upsert('3', object('c', 'n1', { broken: true }))
    index.reset(new Set(['1']))
    expect(index.problem()).toBeNull()
  })

  it('folds once until something of the node, or of the cluster, changes', () => {
    const { index, folds } = counted()
    index.upsert('1', object('a', 'n1'))
    index.upsert('2', object('b', 'n2'))
    index.factFor('n1')
    index.factFor('n1')
    expect(folds()).toBe(1)
    const before = index.versionFor('n1')
    index.upsert('2', object('b', 'n2', { value: 2 }))
    expect(index.versionFor('n1')).toBe(before)
    index.factFor('n1')
    expect(folds()).toBe(1)
    index.upsert('3', object('c', null))
    expect(index.versionFor('n1')).not.toBe(before)
    expect(names(index.factFor('n1'))).toEqual(['a', 'c'])
  })

  it('keeps harmless text only', () => {
    const { index } = counted()
    index.upsert('1', object('a', 'n1', { value: 'x\u001b[31m\u202ey' }))
    expect(index.factFor('n1')).toEqual([{ name: 'a', node: 'n1', value: 'xy' }])
  })
})
