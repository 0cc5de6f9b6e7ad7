import type { SearchState } from './state'

/** A search over nodes that has not begun, for tests. */
export function freshSearch(change: Partial<SearchState> = {}): SearchState {
  return {
    nodes: ['a', 'b', 'c', 'd'],
    gpusPerNode: 8,
    rails: ['r0', 'r1', 'r2', 'r3'],
    gpuMinutesMax: 1_000_000,
    minutes: { alone: 7, group: 4 },
    floors: { alone: null, pair: null, set: null, rail: null },
    runs: [],
    leftOut: [],
    ...change,
  }
}
