import type { Store } from '@/lib/agent/store/open'
import { appendRunLog, loadRunLog, MAX_RUN_LOG_LINES, saveRun, saveRunRows } from '@/lib/agent/store/runs'
import type { RunKeeper } from './driver'
import type { RunRecordBody } from './record'

/** Keeps one run in the store. */
export function keeperOf(store: Store, { id }: RunRecordBody, manifest: string): RunKeeper {
  return {
    async record(record) {
      const { state, createdAt, finishedAt, by } = record
      await saveRun(store.db, { id, state, createdAt, finishedAt, createdBy: by, manifest, body: record })
    },
    async log(from, lines) {
      await appendRunLog(store.db, id, from, lines)
    },
    rows: (rows) => saveRunRows(store.db, id, rows),
    async lines() {
      const lines = await loadRunLog(store.db, id, 0, MAX_RUN_LOG_LINES)
      return lines.map((line) => line.line)
    },
  }
}
