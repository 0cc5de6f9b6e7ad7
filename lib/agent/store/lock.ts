import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { openNative, sqliteCode } from './sqlite'

/** Another agent uses this store (exit 75, F-52). */
export class AlreadyRunning extends Error {
  override name = 'AlreadyRunning'
}

/**
 * Takes the store for this process: a kernel lock on `<path>.lock` that ends with the process, so a killed agent leaves none behind.
 * @throws AlreadyRunning naming the pid and host of the holder.
 */
export function takeLock(path: string): () => void {
  const lockPath = `${path}.lock`
  const holderPath = `${path}.pid`
  const native = openNative(lockPath, 200)
  try {
    native.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    native.close()
    if (sqliteCode(error) !== 'SQLITE_BUSY') throw error
    throw new AlreadyRunning(`already running (${holder(holderPath)}): ${path} is in use`)
  }
  writeFileSync(holderPath, `pid ${process.pid} on ${hostname()}\n`, { mode: 0o600 })
  return () => native.close()
}

function holder(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim().slice(0, 200)
  } catch {
    return 'pid unknown'
  }
}
