import { runCollector } from '@/lib/collector'
import type { RasFacts } from './facts'

/** Fact `ncclRas`: RAS answers taken of runs that hung, newest first. */
export interface RasReports {
  reports: readonly RasFacts[]
}

/** The result of a RAS query, as the run machinery stores it. */
export interface RasResult {
  test: 'nccl-ras'
  facts: RasFacts
}

/** RAS answers of our runs. */
export default runCollector({
  id: 'ncclRas',
  title: 'NCCL RAS reports',
  read: { via: 'run', test: 'nccl' },
  fold(records): RasReports {
    return { reports: records.flatMap(({ result }) => (isRasResult(result) ? [result.facts] : [])).slice(0, 10) }
  },
})

function isRasResult(value: unknown): value is RasResult {
  return typeof value === 'object' && value !== null && 'test' in value && value.test === 'nccl-ras' && 'facts' in value
}
