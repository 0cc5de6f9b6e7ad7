import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { causes } from '@/lib/causes/index.gen'
import type { AnyCheck } from '@/lib/check'
import { checks as typed } from '@/lib/checks/index.gen'
import { worse } from '@/lib/verdict'
import { compareNodes, type NodeTraits } from './compare-nodes'
import { evaluate } from './evaluate'
import type { FactTable } from './fact-state'
import { Model } from './model'
import { fact, NOW } from './testing'

const checks: readonly AnyCheck[] = typed
const context = { node: 'dgx030', profile: null }
const tableOf = (facts: object): FactTable =>
  Object.fromEntries(Object.entries(facts).map(([id, value]: [string, unknown]) => [id, fact(value)]))
const examples = checks.flatMap((check) => check.examples.map((example) => ({ check, example })))

/** Arrays of an object turned around, at every depth: what is a set to Kubernetes has no order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned).reverse()
  return value
}

describe('laws over the real checks', () => {
  it('P-04: taking facts away, any of them, never makes a pass', () => {
    expect(examples.length).toBeGreaterThan(300)
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.infiniteStream(fc.boolean()), ({ check, example }, coins) => {
        const full = tableOf(example.facts)
        const kept = Object.fromEntries(Object.entries(full).filter(() => coins.next().value))
        const whole = evaluate(check, full, { ...context, ...example.context }).state
        const poorer = evaluate(check, kept, { ...context, ...example.context }).state
        const better = poorer === 'pass' && worse(whole, poorer)
        if (better) expect.fail(`${check.id}: ${example.name} is ${whole}, and passes with ${Object.keys(kept)} alone`)
      }),
      { numRuns: 3_000 },
    )
  })

  it('M-02: a read that failed, in whatever way, never makes a pass', () => {
    for (const { check, example } of examples) {
      const full = tableOf(example.facts)
      for (const id of check.needs) {
        for (const status of ['absent', 'denied', 'unreachable', 'timeout', 'unreadable'] as const) {
          const refs = [{ id: `${id}.x`, via: 'node' as const, status, at: null }]
          const facts = { ...full, [id]: { status, reason: status, at: null, refs } }
          expect(evaluate(check, facts, { ...context, ...example.context }).state, check.id).toBe('unknown')
        }
      }
    }
  })

  it('P-06: the order of objects changes no verdict', () => {
    for (const { check, example } of examples) {
      const state = (facts: object) => evaluate(check, tableOf(facts), { ...context, ...example.context }).state
      const other = Object.fromEntries(
        Object.entries(example.facts).map(([id, value]) => [id, id === 'bootHistory' ? value : turned(value)]),
      )
      expect(state(other), `${check.id}: ${example.name}`).toBe(state(example.facts))
    }
  })

  it('P-06: neither the order of checks nor that of facts changes a report', () => {
    const seen = examples.filter(({ example }) => example.status === 'fail')
    fc.assert(
      fc.property(fc.constantFrom(...seen), ({ example }) => {
        const report = (order: readonly AnyCheck[], entries: [string, unknown][]) => {
          const model = new Model({ collectors: [], checks: order, causes })
          model.setNodes(['dgx030'])
          for (const [id, value] of entries) {
            model.setNodeFact('dgx030', id, fact(value))
            model.setClusterFact(id, fact(value))
          }
          const judged = model.judge('dgx030', { now: NOW, previous: {}, running: [], proof: null, stale: false })
          return {
            state: judged.state,
            firstBroken: judged.firstBroken,
            levels: judged.levels.map((level) => level.shown),
            checks: judged.checks.map((check) => `${check.id} ${check.state}`).sort(),
            causes: judged.causes.map((cause) => cause.signature),
          }
        }
        const entries = Object.entries(example.facts)
        expect(report([...checks].reverse(), [...entries].reverse())).toEqual(report(checks, entries))
      }),
      { numRuns: 40 },
    )
  })

  it('P-06: the order of nodes changes nothing they are compared by', () => {
    const traits = fc.record({
      node: fc.stringMatching(/^n[0-9]{1,3}$/),
      attributes: fc.record({ kernel: fc.option(fc.constantFrom('a', 'b'), { nil: null }) }),
      railsDown: fc.uniqueArray(fc.integer({ min: 1, max: 8 })),
      guids: fc.array(fc.record({ guid: fc.constantFrom('g1', 'g2', 'g3'), pci: fc.constantFrom('p1', 'p2') }), {
        maxLength: 2,
      }),
    })
    const nodes: fc.Arbitrary<NodeTraits[]> = fc.uniqueArray(traits, { selector: (each) => each.node })
    fc.assert(
      fc.property(nodes, (all) => {
        expect(compareNodes([...all].reverse())).toEqual(compareNodes(all))
      }),
    )
  })
})
