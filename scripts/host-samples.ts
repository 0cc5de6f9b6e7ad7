import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SAMPLES = fileURLToPath(new URL('../../shared/samples/host/', import.meta.url))

/** One real capture with the values a correct parser reads from it. Tests only. */
export interface SampleCase {
  file: string
  text: string
  expected: unknown
}

/**
 * Captures of one tool from `../shared/samples/host` beside the repository; for tests.
 * Where that folder is absent: none, and a printed reason.
 */
export function sampleCases(tool: string): SampleCase[] {
  if (!existsSync(SAMPLES)) {
    console.warn(`skipped: no captures of ${tool}, ${SAMPLES} is absent`)
    return []
  }
  const index: { tool: string; file: string; expect: unknown }[] = JSON.parse(
    readFileSync(join(SAMPLES, 'INDEX.json'), 'utf8'),
  )
  return index
    .filter((entry) => entry.tool === tool)
    .map((entry) => ({
      file: entry.file,
      text: readFileSync(join(SAMPLES, tool, entry.file), 'utf8'),
      expected: entry.expect,
    }))
}
