import { expect, test } from 'vitest'
import type { BootRow } from '@/lib/history'
import collector from './collector'

const at = (hour: number) => `2026-01-01T${String(hour).padStart(2, '0')}:00:00Z`
const boot = (hour: number, ...pairs: [number | null, number | null][]): BootRow => ({
  bootId: `b${hour}`,
  bootedAt: at(hour),
  firstSeenAt: at(hour),
  lastSeenAt: at(hour),
  counters: null,
  firmware: pairs.map(([current, next], n) => ({
    pci: '0000:18:00.0',
    current,
    next,
    firstSeenAt: `${at(hour).slice(0, 14)}${10 + n}:00Z`,
    lastSeenAt: at(hour),
  })),
})

test('pending over boots is counted from the boot in which the pair was first read', () => {
  const rows = [boot(1, [16, 16], [16, 8]), boot(2, [16, 8]), boot(3, [16, 8])]
  const facts = collector.fold([rows[2], rows[0], rows[1]].flatMap((row) => row ?? []))
  expect(facts.boots.map((entry) => entry.bootId)).toEqual(['b1', 'b2', 'b3'])
  expect(facts.pending).toEqual([
    { pci: '0000:18:00.0', current: 16, next: 8, since: '2026-01-01T01:11:00Z', bootsSince: 2, lastBootAt: at(3) },
  ])
})

test('applied, unknown or unread cards are not pending over a boot', () => {
  expect(collector.fold([boot(1, [16, 8]), boot(2, [8, 8])]).pending).toEqual([])
  expect(collector.fold([boot(1, [16, 8]), boot(2, [null, 8])]).pending).toEqual([])
  expect(collector.fold([boot(1, [16, 8]), boot(2)]).pending).toMatchObject([{ bootsSince: 0 }])
  expect(collector.fold([boot(1, [16, 8]), boot(2, [8, 8]), boot(3, [8, 4])]).pending).toMatchObject([
    { bootsSince: 0, next: 4 },
  ])
  expect(collector.fold([])).toEqual({ boots: [], pending: [] })
})
