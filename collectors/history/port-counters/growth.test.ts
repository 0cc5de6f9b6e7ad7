import { describe, expect, test } from 'vitest'
import { examplePort } from '@/lib/examples/ports'
import type { CounterReadings } from '@/lib/history'
import { withReading } from './growth'

const at = (minutes: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + minutes * 60_000).toISOString()
const ports = (counters: Record<string, number>, pci = '0000:18:00.0') => ({
  devices: [examplePort(0, { counters }, { pci })],
})

/** Readings of one port, one after the other: minute and counters. */
function over(...readings: readonly (readonly [number, Record<string, number>])[]): CounterReadings {
  let known: CounterReadings | null = null
  let before: ReturnType<typeof ports> | null = null
  for (const [minute, counters] of readings) {
    const now = ports(counters)
    known = withReading(known, before, now, at(minute))
    before = now
  }
  return known ?? expect.fail('no reading')
}

describe('growth of error counters', () => {
  test('is between two readings; what stood there at the first says nothing', () => {
    expect(over([0, { symbol_error: 900 }])).toEqual({ since: at(0), readAt: at(0), growth: [] })
    expect(over([0, { symbol_error: 900 }], [5, { symbol_error: 903 }]).growth).toEqual([
      {
        device: 'mlx5_0',
        pci: '0000:18:00.0',
        port: 1,
        counter: 'symbol_error',
        from: 900,
        to: 903,
        since: at(0),
        at: at(5),
      },
    ])
  })

  test('goes on in one entry for an hour, and starts anew behind a quiet reading', () => {
    const counts = (minutes: number[]) => over(...minutes.map((m, n) => [m, { symbol_error: n }] as const)).growth
    expect(counts([0, 20, 40, 60])).toMatchObject([{ from: 0, to: 3, since: at(0), at: at(60) }])
    expect(counts([0, 40, 80])).toMatchObject([{ to: 1 }, { from: 1, to: 2 }])
    const quiet = over(
      [0, { symbol_error: 0 }],
      [5, { symbol_error: 1 }],
      [10, { symbol_error: 1 }],
      [15, { symbol_error: 2 }],
    )
    expect(quiet.growth).toMatchObject([{ at: at(5) }, { since: at(10), at: at(15) }])
  })

  test('a lower counter shows that the driver was loaded again: nothing of that port grew', () => {
    const readings = over([0, { symbol_error: 5, link_downed: 1 }], [5, { symbol_error: 0, link_downed: 2 }])
    expect(readings).toEqual({ since: at(5), readAt: at(5), growth: [] })
  })

  test('a gap without an earlier reading is not watched time, and takes no growth away', () => {
    const known = over([0, { symbol_error: 0 }], [5, { symbol_error: 1 }])
    const after = withReading(known, null, ports({ symbol_error: 9 }), at(60))
    expect(after).toMatchObject({ since: at(60), readAt: at(60), growth: [{ to: 1 }] })
  })

  test('a port is known by its PCI function, not by its number; counters nobody minds are not kept', () => {
    const before = { devices: [examplePort(3, { counters: { symbol_error: 1 } }, { pci: '0000:18:00.0' })] }
    const known = withReading(null, null, before, at(0))
    expect(withReading(known, before, ports({ symbol_error: 2 }), at(5))?.growth).toMatchObject([
      { device: 'mlx5_0', from: 1 },
    ])
    expect(withReading(known, before, ports({ symbol_error: 9 }, '0000:29:00.0'), at(5))?.growth).toEqual([])
    expect(
      over([0, { port_xmit_wait: 0, symbol_error: 0 }], [5, { port_xmit_wait: 9, symbol_error: 0 }]).growth,
    ).toEqual([])
  })

  test('no ports, or ports without counters, are no reading', () => {
    expect(withReading(null, null, { devices: [] }, at(0))).toBeNull()
    expect(withReading(null, null, { devices: [examplePort(0)] }, at(0))).toBeNull()
    const known = over([0, { symbol_error: 0 }])
    expect(withReading(known, ports({ symbol_error: 0 }), { devices: [] }, at(5))).toBe(known)
  })

  test('is forgotten after a day', () => {
    const readings = over(
      [0, { symbol_error: 0 }],
      [5, { symbol_error: 1 }],
      [1445, { symbol_error: 1 }],
      [1446, { symbol_error: 1 }],
    )
    expect(readings.growth).toEqual([])
  })
})
