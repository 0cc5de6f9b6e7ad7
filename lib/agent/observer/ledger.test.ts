import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { isMstconfigFacts } from '@/collectors/node/mstconfig/facts'
import { parseMstconfig } from '@/collectors/node/mstconfig/parse'
import { openStore, type Store } from '@/lib/agent/store/open'
import { later, NOW } from '@/lib/engine/testing'
import { examplePort } from '@/lib/examples/ports'
import { toCapture } from '@/lib/explain/capture'
import { updateLedger } from './ledger'

const folder = mkdtempSync(join(tmpdir(), 'cairn-ledger-'))
const stores: Store[] = []
let store: Store
beforeEach(() => {
  store = openStore(join(folder, `${stores.length}`, 'cairn.db'), { now: () => new Date(NOW) })
  stores.push(store)
})
afterAll(async () => {
  for (const each of stores) await each.close()
  rmSync(folder, { recursive: true, force: true })
})

/** mstconfig's answer for one card. */
function firmware(current: number, next: number) {
  const text = [
    'Device #1:',
    '----------',
    '',
    'Device:         0000:18:00.0',
    '',
    'Configurations:                    Default         Current         Next Boot',
    `        NUM_OF_VFS                  0               ${current}              ${next}`,
    '',
  ].join('\n')
  const { facts } = parseMstconfig(toCapture(text))
  return isMstconfigFacts(facts) ? facts : expect.fail('not read')
}
const see = (seconds: number, bootId: string, values: [number, number] | null) =>
  updateLedger(store.db, {
    node: 'n1',
    bootId,
    bootedAt: null,
    at: later(seconds),
    firmware: values === null ? null : firmware(...values),
    ports: null,
  })

describe('error counters', () => {
  const ports = (errors: number) => ({ devices: [examplePort(0, { counters: { symbol_error: errors } })] })
  const read = (seconds: number, bootId: string, before: number | null, now: number) =>
    updateLedger(store.db, {
      node: 'n1',
      bootId,
      bootedAt: null,
      at: later(seconds),
      firmware: null,
      ports: { before: before === null ? null : ports(before), now: ports(now) },
    })

  it('are kept with their boot, over sweeps that do not read them, and start anew with the next', async () => {
    await read(0, 'b1', null, 7)
    await read(60, 'b1', 7, 9)
    const [first] = await see(120, 'b1', [16, 16])
    expect(first?.counters).toMatchObject({ since: later(0), readAt: later(60), growth: [{ from: 7, to: 9 }] })
    const rows = await read(180, 'b2', null, 0)
    expect(rows.map((row) => row.counters?.growth.length)).toEqual([1, 0])
  })
})

describe('the reboot ledger', () => {
  it('keeps a boot once, and a snapshot for each pair of values', async () => {
    await see(0, 'b1', [16, 16])
    await see(60, 'b1', [16, 8])
    const [boot, ...more] = await see(120, 'b1', [16, 8])
    expect(more).toEqual([])
    expect(boot).toMatchObject({ bootId: 'b1', firstSeenAt: NOW, lastSeenAt: later(120) })
    expect(boot?.firmware).toEqual([
      { pci: '0000:18:00.0', current: 16, next: 16, firstSeenAt: later(0), lastSeenAt: later(0) },
      { pci: '0000:18:00.0', current: 16, next: 8, firstSeenAt: later(60), lastSeenAt: later(120) },
    ])
  })

  it('a pass without firmware takes nothing away; boots stay in order', async () => {
    await see(0, 'b1', [16, 8])
    await see(60, 'b2', null)
    const rows = await see(120, 'b1', null)
    expect(rows.map((row) => [row.bootId, row.firmware.length])).toEqual([
      ['b1', 1],
      ['b2', 0],
    ])
  })

  it('is bounded, however often values change', async () => {
    let last = await see(0, 'b1', [1, 2])
    for (let change = 1; change < 80; change += 1) last = await see(change, 'b1', [change, change + 1])
    expect(last[0]?.firmware).toHaveLength(64)
    expect(last[0]?.firmware.at(-1)).toMatchObject({ current: 79 })
  })
})
