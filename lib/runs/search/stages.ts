import type { RunPlan } from '@/lib/contract/runs'
import { costOf, type SearchStage, type SearchState } from './state'

/** What each stage is called, and what it asks. */
export const STAGES: Readonly<Record<SearchStage, { title: string; text: string }>> = {
  alone: {
    title: 'Every node alone',
    text: 'A node that is slow or fails by itself is a suspect at once and leaves the pairs.',
  },
  pairs: {
    title: 'Pairs',
    text: 'Disjoint pairs at the same time, each until two of three runs agree; an odd node pairs with a good one.',
  },
  partners: {
    title: 'Suspects with good partners',
    text: 'Members of bad pairs with partners that are good: bad with two of them is proof.',
  },
  cross: { title: 'Other pairs', text: 'Only when all pairs are good: every node with its other neighbour.' },
  whole: { title: 'All together', text: 'Only when all pairs are good: does it still happen?' },
  halves: { title: 'Halves', text: 'Only when pairs are good and the whole is not: halves of what is bad.' },
  rails: { title: 'Rail by rail', text: 'The bad pair over one rail at a time, to name the NIC.' },
}

/** Runs of one group at most, of which two must agree. */
const REPETITIONS = 3
/** A search is given up after this, whatever is open, seconds. */
export const SEARCH_MAX_SEC = 7_200
/** Pairs that are split by rail in the dear case; more would be no matter of single NICs. */
const SPLITS = 2

/**
 * Stages of a search with what each costs at most: every run as long as it may take, three runs a group. Usually a run takes about a
 * minute and two are enough, and stages without a question are skipped.
 */
export function stagesOf(setup: Pick<SearchState, 'nodes' | 'gpusPerNode' | 'rails' | 'minutes'>): RunPlan['stages'] {
  const count = setup.nodes.length
  const pairs = Math.ceil(count / 2)
  const stage = (id: SearchStage, groups: number, size: number): RunPlan['stages'] =>
    groups === 0
      ? []
      : [
          {
            ...STAGES[id],
            runsMax: groups * REPETITIONS,
            gpuMinutesMax: Math.ceil(groups * REPETITIONS * costOf(setup, size)),
          },
        ]
  return [
    ...stage('alone', count, 1),
    ...stage('pairs', pairs, 2),
    ...stage('partners', count > 2 ? pairs * 2 : 0, 2),
    ...stage('cross', count > 2 ? pairs * 2 : 0, 2),
    ...stage('whole', count > 2 ? 1 : 0, count),
    // Each level of halves costs as much as the whole.
    ...stage('halves', count > 3 ? Math.ceil(Math.log2(count)) - 1 : 0, count),
    ...stage('rails', setup.rails.length > 1 ? setup.rails.length * Math.min(SPLITS, pairs) : 0, 2),
  ]
}

/** Stages in order. */
export const STAGE_IDS = Object.keys(STAGES) as readonly SearchStage[]
