import { describe, expect, it } from 'vitest'
import type { FleetNode } from '@/lib/contract/api'
import { parseSearch, withWord } from './search'

const node = (patch: Partial<FleetNode>): FleetNode => ({
  name: 'dgx030',
  state: 'fail',
  firstBroken: 'drivers',
  cause: 'pending-power-cycle:8',
  headline: '',
  levels: 'ppfpbpbbnn',
  readAt: null,
  stale: false,
  revision: 1,
  attributes: { rack: 'A04', profile: 'DGX B200' },
  ...patch,
})
const found = (text: string, patch: Partial<FleetNode> = {}) =>
  parseSearch(text, ['rack', 'profile']).matches(node(patch))

describe('fleet search', () => {
  it.each([
    ['', true],
    ['DGX03', true],
    ['dgx*0', true],
    ['state:fail', true],
    ['state:ok,failed', true],
    ['state:pass', false],
    ['-state:pass', true],
    ['level:3 rack:A*', true],
    ['level:drivers rack:B*', false],
    ['rack:A0', false],
    ['profile:"dgx b200"', true],
    ['cause:power-cycle', true],
    ['is:stale', false],
  ])('%s', (text, expected) => expect(found(text)).toBe(expected))

  it('says what it does not know and filters by the rest', () => {
    const search = parseSearch('colour:red state:purple level:99 state:fail', ['rack'])
    expect(search.problems).toHaveLength(3)
    expect(search.matches(node({ state: 'pass' }))).toBe(false)
  })

  it('keeps other words when one is replaced', () => {
    expect(withWord('dgx state:fail rack:A1', 'state', 'unknown')).toBe('dgx rack:A1 state:unknown')
    expect(withWord('state:fail', 'state', null)).toBe('')
  })

  it('stars do not match a text shorter than its fixed ends', () => {
    expect(found('aba*ba', { name: 'aba' })).toBe(false)
  })
})
