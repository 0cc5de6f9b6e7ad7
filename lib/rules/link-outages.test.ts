import { expect, test } from 'vitest'
import type { DmesgFacts } from '@/collectors/node/dmesg/facts'
import { exampleExcerpt } from '@/lib/examples/host'
import { linkHistories, mostInWindow } from './link-outages'

function log(lastAt: number | null, ...events: readonly [event: 'up' | 'down', sec: number | null][]): DmesgFacts {
  return exampleExcerpt({
    linkEvents: events.map(([event, sec]) => ({
      netdev: 'ens1',
      event,
      pci: '0000:18:00.0',
      at: null,
      sec,
      ...(event === 'down' ? { lost: true as const } : {}),
    })),
    lastAt,
  })
}

test('a link that does not come back was away at least until the last message', () => {
  expect(linkHistories(log(140, ['down', 100]))[0]?.losses).toMatchObject([{ lastedSec: null, atLeastSec: 40 }])
})

test('without a clock, with one that goes back, and across two logs nothing is timed', () => {
  for (const facts of [
    log(null, ['down', null], ['up', null]),
    log(50, ['down', 100], ['up', 40]),
    log(1.8e9, ['down', 100], ['up', 1.7e9]),
  ])
    expect(linkHistories(facts)).toMatchObject([{ losses: [], untimed: 1 }])
})

test('a window holds what lies within its hours, its ends included', () => {
  const [link] = linkHistories(
    log(99_999, ['down', 0], ['up', 1], ['down', 3600], ['up', 3601], ['down', 7200], ['up', 7201]),
  )
  expect(mostInWindow(link?.losses ?? [], 1)).toBe(2)
  expect(mostInWindow(link?.losses ?? [], 2)).toBe(3)
})
