import type { Run } from '@/lib/contract/runs'
import { conclude } from '@/lib/runs/search/conclude'
import { nextStep } from '@/lib/runs/search/next-step'
import { costOf, type SearchState } from '@/lib/runs/search/state'
import { freshSearch } from '@/lib/runs/search/testing'
import { searchView } from '@/lib/runs/search/view'

const NODES = ['dgx030', 'dgx031', 'dgx032', 'dgx033', 'dgx034']
const RAILS = [24, 64, 79, 94, 154, 192, 206, 220].map((bus) => `nvidia.com/resibp${bus}s0`)
const BAD = { node: 'dgx032', rail: RAILS[3] }

/** Bandwidth as a fleet with one bad rail measures it; numbers differ a little, as real ones do. */
function measured(nodes: readonly string[], rail: string | null, at: number): number {
  const wobble = 1 + (((at * 7) % 5) - 2) / 200
  if (nodes.length === 1) return 836 * wobble
  const isBad = nodes.includes(BAD.node) && (rail === null || rail === BAD.rail)
  return (rail === null ? 388 : 48.5) * (isBad ? 0.52 : 1) * wobble
}

/** A search as the real state machine does it. `search-1`: to its end; `search-2`: in the middle of its pairs. */
export function searchOf(id: string, base: Run): Run {
  const isGoing = id === 'search-2'
  let state: SearchState = freshSearch({ nodes: NODES, rails: RAILS, gpuMinutesMax: 6_400 })
  for (;;) {
    const next = nextStep(state)
    if ('conclusion' in next) {
      const { sentence, verdict } = conclude(state, next.conclusion)
      return { ...shown(id, base, state, true), state: 'succeeded', phase: 'done', sentence, verdict }
    }
    const isLast = isGoing && next.stage === 'pairs'
    const runs = next.groups.map((group, at): SearchState['runs'][number] => {
      const place = state.runs.length + at
      const own = { ...group, nodes: [...group.nodes], id: `run-${(place % 4) + 1}`, why: null }
      if (isLast) return { ...own, outcome: 'running', busbwGBps: null, gpuMinutes: costOf(state, group.nodes.length) }
      return {
        ...own,
        outcome: 'measured',
        busbwGBps: measured(group.nodes, group.rail, place),
        gpuMinutes: group.nodes.length * 8,
      }
    })
    state = { ...state, runs: [...state.runs, ...runs] }
    if (isLast) return shown(id, base, state, false)
  }
}

function shown(id: string, base: Run, state: SearchState, isOver: boolean): Run {
  const search = searchView(state, 'run-4', isOver, () => (isOver ? 'succeeded' : 'running'))
  return {
    ...base,
    id,
    kind: 'search',
    preset: 'search',
    title: `Find the bad node: ${NODES.join(', ')}`,
    nodes: NODES,
    gpusTotal: 40,
    rows: [],
    expected: null,
    firstError: null,
    sentence: null,
    verdict: null,
    finishedAt: isOver ? base.createdAt : null,
    cleanup: isOver ? `All objects of its ${state.runs.length} runs are gone` : null,
    logLines: 0,
    facts: [{ label: 'Left out', value: 'dgx035: 8 of 8 GPUs are in use', state: 'warn' }],
    search,
  }
}
