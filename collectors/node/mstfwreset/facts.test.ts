import { describe, expect, it } from 'vitest'
import { type NicResetFacts, resetOf } from './facts'

const among = (pci: string | null, ...devices: NicResetFacts['devices']) => resetOf({ devices, unread: [] }, pci)

describe('the reset answer of a card', () => {
  it('M-07: is its own, never another card’s; one that names none counts only where there is no other', () => {
    const [a, b] = [{ pci: '0000:18:00.0' }, { pci: '0000:3b:00.0' }]
    expect(among('0000:18:00.0', a, b)).toBe(a)
    expect(among('0000:5e:00.0', a, b)).toBeUndefined()
    expect(among('0000:3b:00.0', a)).toBeUndefined()
    const unnamed = { pci: null }
    expect(among('0000:18:00.0', unnamed)).toBe(unnamed)
    expect(among('0000:18:00.0', unnamed, b)).toBeUndefined()
  })
})
