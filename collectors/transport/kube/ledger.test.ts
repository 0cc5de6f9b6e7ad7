import { describe, expect, it } from 'vitest'
import { Ledger, older } from './ledger'
import { LineSplitter } from './lines'
import { RecordingSink } from './testing'

const made = (name: string, uid: string, version: string, createdAt = '2026-01-01T00:00:00Z') => ({
  metadata: { name, uid, resourceVersion: version, creationTimestamp: createdAt },
})
const later = '2026-01-02T00:00:00Z'

function fresh() {
  const sink = new RecordingSink()
  return { sink, ledger: new Ledger('c', sink, () => true) }
}

describe('ledger (F-43)', () => {
  it('ignores replays and late events, also across a recreation', () => {
    const { sink, ledger } = fresh()
    ledger.upsert(made('a', 'u1', '10'))
    ledger.upsert(made('a', 'u1', '9'))
    expect(sink.log).toEqual(['c + a'])
    ledger.upsert(made('a', 'u2', '20', later))
    ledger.upsert(made('a', 'u1', '10'))
    ledger.remove(made('a', 'u1', '19'))
    expect([...(sink.held.get('c')?.keys() ?? [])]).toEqual(['u2'])
  })

  it('a deleted object is not revived by an event from before, but may come back into a selector', () => {
    const { sink, ledger } = fresh()
    ledger.upsert(made('a', 'u1', '10'))
    ledger.remove(made('a', 'u1', '12'))
    ledger.upsert(made('a', 'u1', '11'))
    expect(sink.names('c')).toEqual([])
    ledger.upsert(made('a', 'u1', '13'))
    expect(sink.names('c')).toEqual(['a'])
  })

  it('a list is the truth: also with smaller versions, and for what it does not name', () => {
    const { sink, ledger } = fresh()
    ledger.upsert(made('a', 'u1', '100'))
    ledger.upsert(made('b', 'u2', '100'))
    ledger.beginList()
    ledger.upsert({ ...made('a', 'u1', '50'), restored: true })
    ledger.endList()
    expect(sink.names('c')).toEqual(['a'])
    expect(sink.held.get('c')?.get('u1')).toMatchObject({ restored: true })
    ledger.beginList()
    ledger.abandonList()
    expect(sink.names('c')).toEqual(['a'])
  })

  it('versions that are not numbers are taken in order of arrival', () => {
    expect([older('9', '10'), older('10', '9'), older('b', 'a'), older('', '1')]).toEqual([true, false, false, false])
  })
})

describe('line splitter', () => {
  it('gives the same lines however the bytes are cut, and stops at the cap', () => {
    const bytes = Buffer.from('ä1\n\nzwei ⚙\nlast')
    for (let at = 0; at <= bytes.length; at++) {
      const lines: string[] = []
      const splitter = new LineSplitter(100)
      for (const part of [bytes.subarray(0, at), bytes.subarray(at)])
        splitter.push(part, (line) => lines.push(line) > 0)
      expect(lines).toEqual(['ä1', '', 'zwei ⚙'])
      expect(splitter.unfinished).toBe(4)
    }
    const small = new LineSplitter(4)
    expect(small.push(Buffer.from('1234\n123'), () => true)).toBe(true)
    expect(small.push(Buffer.from('45'), () => true)).toBe(false)
  })
})
