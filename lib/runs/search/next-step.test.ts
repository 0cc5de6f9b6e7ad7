import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conclude, type SearchVerdict } from './conclude'
import { nextStep } from './next-step'
import { stagesOf } from './stages'
import { costOf, type NextGroup, type SearchState, spentBy } from './state'
import { freshSearch } from './testing'

/** A fleet with what is wrong with it. Shares of the healthy bandwidth; 0: the run fails. */
interface Plan {
  alone?: Record<string, number>
  node?: Record<string, number>
  /** Nodes joined by `+`. */
  path?: Record<string, number>
  /** `node/rail`. */
  rail?: Record<string, number>
  /** Groups of at least so many nodes are slow. */
  together?: number
  everybody?: number
  /** Runs of this node never start. */
  silent?: readonly string[]
  /** Nodes that somebody else takes, and before which step. */
  leaves?: readonly { node: string; step: number }[]
}

const HEALTHY = { alone: 836, group: 390, rail: 47 }

function shareOf(plan: Plan, { nodes, rail }: Pick<NextGroup, 'nodes' | 'rail'>, rails: readonly string[]): number {
  const of = (table: Record<string, number> | undefined, key: string) => table?.[key] ?? 1
  if (nodes.length === 1) return of(plan.alone, nodes[0] ?? '') * (plan.everybody ?? 1)
  const used = rail === null ? rails : [rail]
  const links = nodes.map((node, at) => [node, nodes[(at + 1) % nodes.length] ?? ''].sort().join('+'))
  return Math.min(
    plan.everybody ?? 1,
    plan.together !== undefined && nodes.length >= plan.together ? 0.5 : 1,
    ...nodes.map((node) => of(plan.node, node)),
    ...links.map((link) => of(plan.path, link)),
    ...nodes.flatMap((node) => used.map((each) => of(plan.rail, `${node}/${each}`))),
  )
}

interface Played {
  state: SearchState
  verdict: SearchVerdict
  steps: number
}

/** Plays a search to its end; every law that holds in all of them is asserted here. `noise`: factor of each run's value. */
function play(plan: Plan, change: Partial<SearchState> = {}, noise: (repetition: number) => number = () => 1): Played {
  let state = freshSearch(change)
  for (let steps = 0; steps < 500; steps += 1) {
    const leftOut = (plan.leaves ?? []).filter((each) => each.step === steps).map(({ node }) => ({ node, why: 'busy' }))
    state = { ...state, leftOut: [...state.leftOut, ...leftOut] }
    const next = nextStep(state)
    if ('conclusion' in next) return { state, verdict: conclude(state, next.conclusion), steps }
    const nodes = next.groups.flatMap((group) => group.nodes)
    for (const { node } of state.leftOut) expect(nodes, 'never a node that left').not.toContain(node)
    expect(new Set(nodes).size, 'no node twice at once').toBe(nodes.length)
    expect(next.groups.length).toBeGreaterThan(0)
    const runs = next.groups.map((group, at): SearchState['runs'][number] => {
      const base = { ...group, nodes: [...group.nodes], id: `${state.runs.length + at}` }
      const gpuMinutes = costOf(state, group.nodes.length)
      const said = { why: null, gpuMinutes }
      if (group.nodes.some((node) => plan.silent?.includes(node)))
        return { ...base, ...said, outcome: 'void', busbwGBps: null, why: 'not started' }
      const share = shareOf(plan, group, state.rails)
      const like = (run: SearchState['runs'][number]) => `${run.nodes}${run.rail}` === `${group.nodes}${group.rail}`
      const repetition = state.runs.filter(like).length
      if (share === 0) return { ...base, ...said, outcome: 'failed', busbwGBps: null, why: 'NCCL error' }
      const full = group.nodes.length === 1 ? HEALTHY.alone : group.rail === null ? HEALTHY.group : HEALTHY.rail
      return { ...base, ...said, outcome: 'measured', busbwGBps: full * share * noise(repetition) }
    })
    state = { ...state, runs: [...state.runs, ...runs] }
    expect(spentBy(state), 'never more than the budget').toBeLessThanOrEqual(state.gpuMinutesMax)
  }
  throw new Error('does not end')
}

const proved = ({ verdict }: Played) =>
  verdict.suspects.filter((each) => each.strength === 'proved').map((each) => each.node)
const FLOORS = { alone: 700, pair: 313, set: 313, rail: 39 }

describe('a search', () => {
  it('one slow node: bad with two good partners, with what they reach without it', () => {
    const played = play({ node: { c: 0.5 } })
    expect(proved(played)).toEqual(['c'])
    expect(played.verdict.sentence).toBe(
      'c is bad: 195 GB/s with d and 195 GB/s with a, while d reaches 390 GB/s with b and a reaches 390 GB/s with b.',
    )
    expect(played.verdict.suspects[0]?.evidence.at(-1)).toBe('each of its 4 rails alone is good')
  })

  it('three nodes: the odd one is told by both', () => {
    const played = play({ node: { b: 0.55 } }, { nodes: ['a', 'b', 'c'] })
    expect(proved(played)).toEqual(['b'])
    expect(played.verdict.sentence).toMatch(
      /^b is bad: 215 GB\/s with a and 215 GB\/s with c, while they reach 390 GB\/s together\.$/,
    )
  })

  it('a slow rail: node and rail', () => {
    const { verdict } = play({ rail: { 'b/r2': 0.5 } })
    expect(verdict.suspects).toMatchObject([{ node: 'b', rail: 'r2', strength: 'proved' }])
    expect(verdict.sentence).toContain('it is rail r2')
  })

  it('bad alone: a suspect at once that leaves the pairs', () => {
    const played = play({ alone: { a: 0.6 }, node: { a: 0.4 } })
    expect(proved(played)).toEqual(['a'])
    expect(played.verdict.sentence).toContain('a is bad by itself: 502 GB/s, the others 836 GB/s')
    expect(played.state.runs.every((run) => run.nodes.length === 1 || !run.nodes.includes('a'))).toBe(true)
  })

  it('fails alone: the reason is quoted', () => {
    expect(play({ alone: { d: 0 } }).verdict.sentence).toContain('d is bad by itself: failed (NCCL error)')
  })

  it('a bad path between good nodes', () => {
    const { verdict } = play({ path: { 'a+b': 0.5 } })
    expect(verdict.kind).toBe('path')
    expect(verdict.sentence).toContain('a and b are slow only with each other: 195 GB/s')
    expect(verdict.suspects.map((each) => each.strength)).toEqual(['likely', 'likely'])
  })

  it('one bad node in every pair: other partners find a good one', () => {
    const played = play({ node: { b: 0.5, d: 0.5 } }, { floors: FLOORS })
    expect(proved(played)).toEqual(['b', 'd'])
  })

  it('slow only together: cornered by halves', () => {
    const nodes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const { verdict } = play({ together: 4 }, { nodes })
    expect(verdict.kind).toBe('together')
    expect(verdict.sentence).toContain('4 together are: a, b, c, d 195 GB/s')
  })

  it('all alike below the floor: no node stands out, and nobody is named', () => {
    const played = play({ everybody: 0.5 }, { floors: FLOORS })
    expect([played.verdict.kind, played.verdict.suspects]).toEqual(['all-slow', []])
    expect(played.state.runs.some((run) => run.stage === 'whole')).toBe(false)
  })

  it('nothing wrong: not reproducible, after pairs, neighbours and the whole', () => {
    const { verdict, state } = play({})
    expect([verdict.kind, verdict.verdict]).toEqual(['not-reproducible', 'pass'])
    expect(verdict.sentence).toBe(
      'Not reproducible: all 4 nodes reach 390 GB/s together in 2 of 2 tries, and 4 pairs are good.',
    )
    expect(state.runs.filter((run) => run.stage === 'cross')).toHaveLength(4)
  })

  it('two nodes: named only with a yardstick, never which of them', () => {
    const two = { nodes: ['a', 'b'] }
    expect(play({ node: { a: 0.5 } }, two).verdict.sentence).toContain('choose a third')
    const { verdict } = play({ rail: { 'a/r1': 0.4 } }, { ...two, floors: FLOORS })
    expect(verdict.sentence).toContain('between them it is rail r1')
    expect(verdict.suspects.map(({ node, rail, strength }) => [node, rail, strength])).toEqual([
      ['a', 'r1', 'likely'],
      ['b', 'r1', 'likely'],
    ])
    expect(play({}, { ...two, floors: FLOORS }).verdict.kind).toBe('not-reproducible')
  })

  it('one good partner only: likely, not proved', () => {
    const state = freshSearch({ nodes: ['a', 'b', 'c'] })
    const run = (nodes: string[], busbwGBps: number) => ({
      id: `${nodes}`,
      stage: 'pairs' as const,
      nodes,
      rail: null,
      about: null,
      outcome: 'measured' as const,
      busbwGBps,
      why: null,
      gpuMinutes: 1,
    })
    const runs = [
      ...['a', 'b', 'c'].map((node) => run([node], 836)),
      ...[390, 390].map((value) => run(['a', 'b'], value)),
      ...[190, 190].map((value) => run(['a', 'c'], value)),
    ]
    const next = nextStep({ ...state, runs }, 'The deadline passed')
    const verdict = 'conclusion' in next ? conclude(state, next.conclusion) : null
    expect(verdict?.suspects).toMatchObject([{ node: 'c', strength: 'likely' }])
    expect(verdict?.sentence).toContain('Stopped early: The deadline passed.')
  })

  it('a node whose runs never start is left out and said so', () => {
    const { verdict } = play({ silent: ['d'] })
    expect(verdict.sentence).toContain('Left out: d (not started)')
    expect(verdict.verdict, 'not green without it').toBe('unknown')
  })

  it('an outlier in three is outvoted', () => {
    const { verdict, state } = play({}, { floors: FLOORS }, (repetition) => (repetition === 1 ? 0.6 : 1))
    expect([verdict.kind, verdict.suspects]).toEqual(['not-reproducible', []])
    expect(state.runs.filter((run) => run.stage === 'pairs')).toHaveLength(2 * 3)
  })

  it('the cost of all stages covers every search', () => {
    const setup = freshSearch({ floors: FLOORS })
    const most = stagesOf(setup).reduce((sum, stage) => sum + stage.gpuMinutesMax, 0)
    for (const plan of [{}, { node: { c: 0.5 } }, { rail: { 'b/r2': 0.5 } }, { together: 3 }])
      expect(spentBy(play(plan, { floors: FLOORS }).state)).toBeLessThanOrEqual(most)
  })
})

describe('any search', () => {
  const fleet = fc
    .integer({ min: 3, max: 17 })
    .map((count) => Array.from({ length: count }, (_, at) => `n${String(at).padStart(2, '0')}`))
  const slow = fc.constantFrom(0, 0.3, 0.5, 0.75)
  const noisy = fc.infiniteStream(fc.double({ min: 0.97, max: 1.03, noNaN: true }))
  const noiseOf = (stream: Iterator<number>) => () => Number(stream.next().value ?? 1)
  const withFleet = fleet.chain((nodes) =>
    fc.record({
      nodes: fc.constant(nodes),
      one: fc.constantFrom(...nodes),
      share: slow,
      rail: fc.constantFrom('r0', 'r1', 'r2', 'r3'),
      floors: fc.constantFrom(FLOORS, freshSearch().floors),
      noise: noisy,
    }),
  )

  it('names the planted node, and no good one', () => {
    fc.assert(
      fc.property(withFleet, ({ nodes, one, share, floors, noise }) => {
        const played = play({ node: { [one]: share } }, { nodes, floors }, noiseOf(noise))
        expect(proved(played)).toEqual([one])
        expect(played.verdict.suspects).toHaveLength(1)
      }),
    )
  })

  it('names the planted rail', () => {
    fc.assert(
      fc.property(withFleet, ({ nodes, one, share, rail, floors, noise }) => {
        const { verdict } = play({ rail: { [`${one}/${rail}`]: share } }, { nodes, floors }, noiseOf(noise))
        expect(verdict.suspects).toMatchObject([{ node: one, rail, strength: 'proved' }])
      }),
    )
  })

  it('names a node that is bad alone', () => {
    fc.assert(
      fc.property(withFleet, ({ nodes, one, share, floors, noise }) => {
        const played = play({ alone: { [one]: share }, node: { [one]: share } }, { nodes, floors }, noiseOf(noise))
        expect(proved(played)).toEqual([one])
      }),
    )
  })

  it('a bad link: both ends when neighbours use it, and nobody is ever proved', () => {
    fc.assert(
      fc.property(withFleet, fc.nat(), ({ nodes, share, floors, noise }, at) => {
        const one = at % nodes.length
        const ends = [nodes[one] ?? '', nodes[(one + 1) % nodes.length] ?? ''].sort()
        const played = play({ path: { [ends.join('+')]: share } }, { nodes, floors }, noiseOf(noise))
        expect(proved(played)).toEqual([])
        expect(played.verdict.suspects.map((each) => each.node).sort()).toEqual(ends)
      }),
    )
  })

  it('several bad nodes and links, a tight budget, silent nodes: ends within the budget, and no good node is proved', () => {
    const plan = fleet.chain((nodes) =>
      fc.record({
        nodes: fc.constant(nodes),
        bad: fc.subarray(nodes, { maxLength: Math.floor((nodes.length - 1) / 2) }),
        silent: fc.subarray(nodes, { maxLength: 2 }),
        leaves: fc.array(fc.record({ node: fc.constantFrom(...nodes), step: fc.nat({ max: 8 }) }), { maxLength: 2 }),
        link: fc.nat({ max: nodes.length - 2 }),
        share: slow,
        floors: fc.constantFrom(FLOORS, freshSearch().floors),
        gpuMinutesMax: fc.integer({ min: 0, max: 6_000 }),
        noise: noisy,
      }),
    )
    fc.assert(
      fc.property(plan, ({ nodes, bad, silent, leaves, link, share, floors, gpuMinutesMax, noise }) => {
        const ends = [nodes[link] ?? '', nodes[link + 1] ?? ''].join('+')
        const played = play(
          { node: Object.fromEntries(bad.map((node) => [node, share])), path: { [ends]: 0.5 }, silent, leaves },
          { nodes, floors, gpuMinutesMax },
          noiseOf(noise),
        )
        for (const node of proved(played)) expect(bad).toContain(node)
      }),
      { numRuns: 300 },
    )
  })
})
