import { z } from 'zod'

/** Stages of a search, in the order in which they are tried (nccl.md §5.7). */
export const searchStage = z.enum(['alone', 'pairs', 'partners', 'cross', 'whole', 'halves', 'rails'])

/** One run of a search: a group of nodes that ran together, once. */
export const searchRun = z.object({
  id: z.string(),
  stage: searchStage,
  nodes: z.array(z.string()),
  /** The only rail it was limited to. */
  rail: z.string().nullable(),
  /** Node a run over one rail asks about; null: either end. */
  about: z.string().nullable(),
  /** `void`: it ended without saying anything of its nodes (not started, evicted, cancelled). */
  outcome: z.enum(['running', 'measured', 'failed', 'void']),
  /** Bus bandwidth at the plateau. */
  busbwGBps: z.number().nullable(),
  /** Why it failed or says nothing, in words. */
  why: z.string().nullable(),
  /** Reserved while it runs, spent when it is over. */
  gpuMinutes: z.number(),
})

/** A search as far as it went: all that decides what comes next. */
export const searchState = z.object({
  nodes: z.array(z.string()),
  gpusPerNode: z.number(),
  /** Rails a run can be limited to; fewer than two: none. */
  rails: z.array(z.string()),
  /** GPU-minutes that may be spent. */
  gpuMinutesMax: z.number(),
  /** Minutes one run may hold its GPUs at most. */
  minutes: z.object({ alone: z.number(), group: z.number() }),
  /** Absolute floors from the model of the hardware, GB/s, by kind of group; null where nothing is known. */
  floors: z.object({
    alone: z.number().nullable(),
    pair: z.number().nullable(),
    set: z.number().nullable(),
    rail: z.number().nullable(),
  }),
  runs: z.array(searchRun),
  /** Nodes that may not be tested (any more), and why. */
  leftOut: z.array(z.object({ node: z.string(), why: z.string() })),
})

export type SearchStage = z.output<typeof searchStage>
export type SearchRun = z.output<typeof searchRun>
export type SearchState = z.output<typeof searchState>

/** Nodes to run together next. */
export interface NextGroup {
  stage: SearchStage
  nodes: readonly string[]
  rail: string | null
  about: string | null
}

/** GPU-minutes a group may cost at most. */
export function costOf(state: Pick<SearchState, 'gpusPerNode' | 'minutes'>, nodes: number): number {
  return nodes * state.gpusPerNode * (nodes === 1 ? state.minutes.alone : state.minutes.group)
}

/** GPU-minutes spent, and reserved by runs that go on. */
export function spentBy(state: Pick<SearchState, 'runs'>): number {
  return state.runs.reduce((sum, run) => sum + run.gpuMinutes, 0)
}
