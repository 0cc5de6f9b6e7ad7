import type { RdmaRunCells } from '@/collectors/run/perftest/runs'
import { createSectionReader } from '@/collectors/run/perftest/section-log'
import { resultOfSection, type SectionResult } from '@/collectors/run/perftest/section-result'
import { checks } from '@/lib/checks/index.gen'
import type { Profile } from '@/lib/profile'
import { judgeRdma } from '@/lib/runs/judge-rdma'
import type { Outcome, RunReading } from '../reading'
import type { RunRecordBody } from '../record'

export interface RdmaReadingDeps {
  profile(): Profile | null
}

/** Reads and judges the log of an RDMA run: a matrix of pairs, rails and tests that fills as sections come. */
export function rdmaReading({ profile }: RdmaReadingDeps): RunReading {
  const reader = createSectionReader()
  // A section never changes once it has ended: each is read once.
  const results: SectionResult[] = []
  return {
    push: (chunk) => reader.push(chunk),
    rows: () => [],
    progress: () => reader.log().sections.length,
    isComplete: () => reader.log().done !== null,
    judge(record): Outcome {
      const log = reader.log()
      for (const section of log.sections.slice(results.length)) results.push(resultOfSection(section))
      const { nodes, matrix: planned, ending } = record
      const judged = judgeRdma({ nodes, planned, log, results, ending, profile: profile(), checks })
      const { cells, ...outcome } = judged
      const result: RdmaRunCells = { test: 'rdma', cells: cells.map((cell) => ({ ...cell, runId: record.id })) }
      const failed = log.sections.findIndex(
        (section, at) => !section.skipped && results[at]?.result.outcome === 'failed',
      )
      const overridden = record.overridden
        ? [{ label: 'Guard overridden', value: record.overridden, state: 'warn' as const }]
        : []
      return {
        ...outcome,
        facts: [...outcome.facts, ...overridden],
        result,
        environment: environmentOf(record),
        firstError: log.errors[0] ?? results[failed]?.error ?? null,
      }
    },
  }
}

/** What two runs differ in besides their numbers. */
function environmentOf(record: RunRecordBody): Outcome['environment'] {
  const names: Readonly<Record<string, string>> = { firmware: 'NIC firmware', driver: 'GPU driver', kernel: 'Kernel' }
  const versions = Object.entries(names).flatMap(([key, label]) => {
    const values = new Set(Object.values(record.versions).flatMap((each) => each[key] ?? []))
    return values.size === 0 ? [] : [{ label, value: [...values].sort().join(', ') }]
  })
  return [{ label: 'Image', value: record.image }, ...versions]
}
