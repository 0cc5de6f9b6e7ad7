import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { CauseSummary } from '@/lib/contract/api'
import { type Alert, alertsOf } from './alerts'
import { createLog } from './log'
import { openStore } from './store/open'

const cause = (signature: string): CauseSummary => ({
  signature,
  id: 'pending-firmware',
  title: 'Firmware waits for a power cycle',
  level: 'drivers',
  scope: 'node',
  summary: 'VF count waits',
  nodeCount: 3,
  headlineCount: 3,
  since: null,
})

it('tells of a cause once, after seeing it twice, also over a restart; never logs the URL', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-alerts-'))
  const urlFile = join(folder, 'url')
  writeFileSync(urlFile, 'https://hooks.example/S3cretHookPath\n')
  const clock = { now: () => new Date('2026-11-21T12:00:00Z') }
  const store = openStore(join(folder, 'cairn.db'), clock)
  const posted: [string, Alert][] = []
  const logs: string[] = []
  let causes: CauseSummary[] = []
  let settled = false
  let broken = false
  const start = () =>
    alertsOf({
      webhooks: [{ name: 'ops', urlFile, on: ['new-cause', 'cause-gone'] }],
      db: store.db,
      clock,
      log: createLog({ write: (line: string) => void logs.push(line) }),
      origin: 'http://127.0.0.1:3000',
      causes: () => causes,
      settled: () => settled,
      post: async (url, alert) => {
        if (broken) throw new TypeError(`cannot fetch ${url}`)
        posted.push([url, alert])
      },
    })
  let alerts = start()
  causes = [cause('a/b')]
  await alerts.look()
  settled = true
  await alerts.look()
  expect(posted).toEqual([])
  await alerts.look()
  await alerts.look()
  expect(posted.map(([url, alert]) => [url, alert.event, alert.url])).toEqual([
    ['https://hooks.example/S3cretHookPath', 'new-cause', 'http://127.0.0.1:3000/causes/a%2Fb'],
  ])
  alerts = start()
  await alerts.look()
  await alerts.look()
  expect(posted).toHaveLength(1)
  causes = []
  broken = true
  await alerts.look()
  await alerts.look()
  expect(logs.join('')).toContain('alert not delivered')
  expect(logs.join('')).not.toContain('S3cretHookPath')
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})
