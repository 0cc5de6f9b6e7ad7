import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadBoots, recordBoot } from './boots'
import { loadEvidence, MAX_STORED_TEXT, saveEvidence } from './evidence'
import { AlreadyRunning } from './lock'
import { openStore, type Store, StoreUnusable } from './open'
import { applyRetention } from './retention'
import { appendRunLog, loadRunLog, loadRunRows, saveRun, saveRunRows } from './runs'
import { StoreUnwritable } from './sqlite'
import { appendTransitions, loadTransitions } from './transitions'

const clock = { now: () => new Date('2026-11-21T12:00:00Z') }
let folder: string
let path: string
let open: Store[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-store-'))
  path = join(folder, 'cairn.db')
  open = []
})
afterEach(async () => {
  for (const store of open) await store.close()
  rmSync(folder, { recursive: true, force: true })
})

function opened(): Store {
  const store = openStore(path, clock)
  open.push(store)
  return store
}

async function closed(store: Store): Promise<void> {
  open = open.filter((one) => one !== store)
  await store.close()
}

const evidence = (id: string, text: string) => ({
  id,
  via: 'node' as const,
  source: 'dgx01',
  command: 'cat /proc/cmdline',
  status: 'ok' as const,
  text,
  stderr: '',
  exitCode: 0,
  cut: false,
  startedAt: '2026-11-21T11:59:00Z',
  durationMs: 4,
  digest: 'd',
  redactions: [],
})

const transition = (at: string, to: string) => ({
  node: 'dgx01',
  at,
  kind: 'verdict' as const,
  level: 'vfs' as const,
  check: 'missing-vfs',
  from: 'pass',
  to,
  text: `missing-vfs: ${to}`,
})

describe('store', () => {
  it('gives back what was kept, after a restart', async () => {
    const first = opened()
    await saveEvidence(first.db, 'dgx01', [
      evidence('kernel.cmdline', 'a\0b\n'),
      evidence('big', 'x'.repeat(MAX_STORED_TEXT + 5)),
    ])
    await appendTransitions(first.db, [
      transition('2026-11-21T11:00:00Z', 'fail'),
      transition('2026-11-21T11:30:00Z', 'pass'),
    ])
    await recordBoot(first.db, {
      node: 'dgx01',
      bootId: 'b1',
      bootedAt: null,
      firstSeenAt: '2026-11-20T00:00:00Z',
      firmware: { a: 1 },
    })
    await recordBoot(first.db, {
      node: 'dgx01',
      bootId: 'b1',
      bootedAt: null,
      firstSeenAt: '2026-11-21T00:00:00Z',
      firmware: { a: 2 },
    })
    await closed(first)

    const { db } = opened()
    const [big, cmdline] = await loadEvidence(db, 'dgx01')
    expect(cmdline?.text).toBe('a\0b\n')
    expect([big?.cut, big?.text.length]).toEqual([true, MAX_STORED_TEXT])
    expect(await loadEvidence(db, 'dgx01', ['nothing'])).toEqual([])
    expect((await loadTransitions(db, 'dgx01')).map((one) => one.to)).toEqual(['pass', 'fail'])
    expect(await loadBoots(db, 'dgx01')).toEqual([
      { node: 'dgx01', bootId: 'b1', bootedAt: null, firstSeenAt: '2026-11-20T00:00:00Z', firmware: { a: 2 } },
    ])
  })

  it('keeps runs with rows and log; writing again changes nothing', async () => {
    const { db } = opened()
    const run = {
      id: 'r1',
      state: 'running',
      createdAt: '2026-11-21T11:00:00Z',
      finishedAt: null,
      createdBy: 'ann',
      manifest: 'kind: Job',
      body: {},
    }
    await saveRun(db, run)
    const row = { sizeBytes: 8, timeUsec: 1, algbwGBps: 2, busbwGBps: 3, wrong: 0, inPlaceBusbwGBps: null }
    await saveRunRows(db, 'r1', [row])
    await saveRun(db, { ...run, state: 'succeeded', finishedAt: '2026-11-21T11:05:00Z' })
    await saveRunRows(db, 'r1', [row])
    expect(await appendRunLog(db, 'r1', 0, ['a', 'b'])).toBe(2)
    expect(await appendRunLog(db, 'r1', 1, ['b', 'c'])).toBe(3)
    expect(await loadRunRows(db, 'r1')).toEqual([row])
    expect((await loadRunLog(db, 'r1', 0)).map((line) => line.line)).toEqual(['a', 'b', 'c'])
  })

  it('forgets by retention, not before', async () => {
    const { db } = opened()
    await appendTransitions(db, [
      transition('2026-01-01T00:00:00Z', 'fail'),
      transition('2026-11-20T00:00:00Z', 'pass'),
    ])
    for (const day of [1, 2, 3]) {
      await recordBoot(db, {
        node: 'n',
        bootId: `b${day}`,
        bootedAt: null,
        firstSeenAt: `2026-11-0${day}T00:00:00Z`,
        firmware: {},
      })
      await saveRun(db, {
        id: `r${day}`,
        state: 'done',
        createdAt: `2026-11-0${day}`,
        finishedAt: day === 1 ? null : 'x',
        createdBy: 'a',
        manifest: '',
        body: {},
      })
    }
    await applyRetention(db, { transitionsDays: 90, bootsPerNode: 2, runs: 1 }, clock.now())
    expect(await loadTransitions(db, 'dgx01')).toHaveLength(1)
    expect((await loadBoots(db, 'n')).map((boot) => boot.bootId)).toEqual(['b3', 'b2'])
    const runs = await db.selectFrom('runs').select('id').orderBy('id').execute()
    expect(runs.map((run) => run.id)).toEqual(['r1', 'r3'])
  })

  it('lets only this user read its files', async () => {
    await appendTransitions(opened().db, [transition('2026-11-21T00:00:00Z', 'fail')])
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600)
  })

  it('refuses a second instance and names the first (F-52)', () => {
    opened()
    expect(() => openStore(path, clock)).toThrow(AlreadyRunning)
    expect(() => openStore(path, clock)).toThrow(new RegExp(`pid ${process.pid} `))
  })

  it('refuses a store written by a newer Cairn (F-54)', async () => {
    const store = opened()
    await sql`PRAGMA user_version=99`.execute(store.db)
    await closed(store)
    expect(() => openStore(path, clock)).toThrow(StoreUnusable)
  })

  for (const [where, damage] of [
    ['header', (bytes: Buffer) => bytes.fill(0x41, 0, 100)],
    ['middle', (bytes: Buffer) => bytes.fill(0xff, 4_096, 12_288)],
  ] as const) {
    it(`moves a file with a damaged ${where} aside, loudly (F-50)`, async () => {
      const store = opened()
      for (let n = 0; n < 50; n += 1) await appendTransitions(store.db, [transition('2026-11-21T00:00:00Z', `s${n}`)])
      await closed(store)
      const bytes = readFileSync(path)
      damage(bytes)
      writeFileSync(path, bytes)
      const next = opened()
      expect(next.health().movedTo).toMatch(/cairn\.db\.corrupt-2026/)
      expect(next.health().reason).toMatch(/history starts anew/)
      expect(readdirSync(folder).some((name) => name.includes('.corrupt-'))).toBe(true)
      await appendTransitions(next.db, [transition('2026-11-21T00:00:00Z', 'fail')])
    })
  }

  it('turns read-only when the disk is full, keeps reading, recovers alone (F-48)', async () => {
    const store = opened()
    await appendTransitions(store.db, [transition('2026-11-21T00:00:00Z', 'fail')])
    await sql`PRAGMA max_page_count=1`.execute(store.db)
    const text = Array.from({ length: 40_000 }, (_, n) => ((n * 7919) % 9973).toString(36)).join('')
    await expect(saveEvidence(store.db, 'dgx01', [evidence('big', text)])).rejects.toThrow(StoreUnwritable)
    expect(store.health()).toMatchObject({ state: 'read-only', reason: 'The disk that holds the store is full.' })
    expect(await loadTransitions(store.db, 'dgx01')).toHaveLength(1)
    await sql`PRAGMA max_page_count=1000000`.execute(store.db)
    expect(await store.probe(clock.now())).toBe(true)
    expect(store.health().state).toBe('ok')
  })

  it('refuses parameters that would abort the process or be cut', async () => {
    const { db } = opened()
    await expect(sql`SELECT ${true}`.execute(db)).rejects.toThrow(TypeError)
    await expect(sql`SELECT ${'a\0b'}`.execute(db)).rejects.toThrow(TypeError)
  })

  it('keeps every acknowledged write when killed at any moment (F-47)', async () => {
    for (let round = 0; round < 4; round += 1) {
      const acknowledged = await killedWriter(path, 60 + round * 45)
      const store = opened()
      expect(store.health().movedTo).toBeNull()
      const rows = await store.db.selectFrom('transitions').select('to_state').where('node', '=', `r${round}`).execute()
      const kept = new Set(rows.map((row) => row.to_state))
      expect(acknowledged.length).toBeGreaterThan(0)
      expect(acknowledged.filter((one) => !kept.has(one))).toEqual([])
      await store.db.updateTable('transitions').set({ node: 'old' }).execute()
      await closed(store)
    }

    function killedWriter(file: string, afterMs: number): Promise<string[]> {
      const script = new URL('./fixtures/writer.ts', import.meta.url).pathname
      return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, ['--import', 'tsx', script, file], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        let output = ''
        child.stdout.on('data', (chunk: Buffer) => {
          if (output === '') setTimeout(() => child.kill('SIGKILL'), afterMs)
          output += chunk.toString()
        })
        child.on('error', reject)
        child.on('close', () => resolve(output.split('\n').slice(0, -1)))
      })
    }
  }, 60_000)
})
