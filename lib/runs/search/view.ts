import type { Run, RunSearch } from '@/lib/contract/runs'
import { gbps } from '@/lib/rules/nccl-run'
import { bookOf } from './book'
import { suspectsOf } from './conclude'
import { findingsOf } from './findings'
import { STAGE_IDS, STAGES } from './stages'
import { type SearchStage, type SearchState, spentBy } from './state'

/** A search as pages and the API show it. @param stateOf state of each run */
export function searchView(
  state: SearchState,
  of: string | null,
  isOver: boolean,
  stateOf: (run: string) => Run['state'] | null,
): RunSearch {
  const book = bookOf(state)
  const findings = findingsOf(state, book)
  return {
    of,
    stages: STAGE_IDS.map((id) => ({ id, title: STAGES[id].title, ...stageState(state, id, isOver) })),
    runs: state.runs.map((run) => {
      const usual = book.usual(run.nodes, run.rail)
      const isBad = book.isBad(run)
      return {
        id: run.id,
        stage: run.stage,
        nodes: run.nodes,
        rail: run.rail,
        state: stateOf(run.id) ?? (run.outcome === 'running' ? 'starting' : 'aborted'),
        busbwGBps: run.busbwGBps,
        share: usual === null || run.busbwGBps === null ? null : run.busbwGBps / usual,
        status: run.outcome === 'running' ? 'running' : isBad === null ? 'unknown' : isBad ? 'fail' : 'pass',
      }
    }),
    suspects: suspectsOf(state, { book, findings }),
    gpuMinutesSpent: Math.round(spentBy(state) * 10) / 10,
    gpuMinutesMax: state.gpuMinutesMax,
  }
}

type StageView = Pick<RunSearch['stages'][number], 'state' | 'text'>

function stageState(state: SearchState, id: SearchStage, isOver: boolean): StageView {
  const runs = state.runs.filter((run) => run.stage === id)
  if (runs.length === 0) return { state: isOver ? 'skipped' : 'waiting', text: STAGES[id].text }
  const going = runs.filter((run) => run.outcome === 'running').length
  if (going > 0) return { state: 'running', text: `${runs.length - going} of ${runs.length} runs done` }
  const book = bookOf(state)
  const groups = book.groups.filter((group) => group.runs.some((run) => run.stage === id))
  const named = (status: 'good' | 'bad' | 'unknown') => groups.filter((group) => group.status === status)
  const [good, bad, unknown] = [named('good'), named('bad'), named('unknown')]
  const name = (group: (typeof groups)[number]) =>
    group.rail === null ? shortNames(group.nodes) : `${group.rail} of ${shortNames(group.nodes)}`
  const value = (group: (typeof groups)[number]) => (group.busbwGBps === null ? 'failed' : gbps(group.busbwGBps))
  const parts = [
    good.length > 0 ? `${good.length} good${good[0]?.usualGBps ? ` (${gbps(good[0].usualGBps)})` : ''}` : null,
    bad.length > 0
      ? `bad: ${bad
          .slice(0, 4)
          .map((group) => `${name(group)} ${value(group)}`)
          .join(', ')}${bad.length > 4 ? ` and ${bad.length - 4} more` : ''}`
      : null,
    unknown.length > 0 ? `${unknown.length} say nothing` : null,
    groups.some((group) => group.status === 'open') ? 'not finished' : null,
  ]
  return { state: 'done', text: parts.filter((part) => part !== null).join('; ') }
}

function shortNames(nodes: readonly string[]): string {
  return nodes.length <= 3 ? nodes.join(' + ') : `${nodes.length} nodes`
}
