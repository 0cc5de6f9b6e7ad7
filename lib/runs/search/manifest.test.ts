import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { manifestText } from '../manifest'
import { type ChildOf, childInput, type SearchSetup, searchManifest } from './manifest'
import { freshSearch } from './testing'

const NODES = ['a1', 'b2', 'c3', 'd4']
const FILES = { 'entry.sh': '#!/bin/sh\nexec true\n' }
const SETUP: SearchSetup = {
  namespace: 'cairn-runs',
  nodes: NODES,
  hostnames: NODES.map((node) => `${node}.cluster`),
  gpusPerNode: 8,
  rails: [
    { resource: 'nvidia.com/r0', network: 'default/n0' },
    { resource: 'nvidia.com/r1', network: 'default/n1' },
  ],
  shared: null,
  image: `nvcr.io/nvidia/pytorch@sha256:${'5b'.repeat(32)}`,
  priorityClass: 'cairn-benchmark',
  launcher: 'job',
  collective: 'all_reduce',
  beginBytes: 1024 ** 3,
  endBytes: 8 * 1024 ** 3,
  iterations: 20,
  deadlineSec: { alone: 420, group: 240 },
}

const template = (setup: SearchSetup) => searchManifest(setup, FILES, freshSearch({ gpuMinutesMax: 900 }))

/** Object by object, without comments. */
function objects(text: string): unknown[] {
  return parseAllDocuments(text).map((document): unknown => document.toJS())
}

/** A run's manifest with its own words put back to the template's: what is left must be the template. */
function blank(text: string, { runId, nodes, rail }: ChildOf): string {
  const hosts = nodes.reduce(
    (made, node, at) => made.replaceAll(SETUP.hostnames[SETUP.nodes.indexOf(node)] ?? '', `<node ${at + 1}>`),
    text.replaceAll(runId, '<id of the run>'),
  )
  const network = SETUP.rails.find((each) => each.resource === rail)?.network ?? ''
  return rail === null
    ? hosts
    : hosts.replaceAll(rail, '<resource of the rail>').replaceAll(network, '<network of the rail>')
}

describe('manifest of a search', () => {
  it('every run is the confirmed template with run id, nodes and rail filled in', () => {
    const confirmed = objects(template(SETUP))
    const kinds = fc.constantFrom(1, 2, 4).chain((size) =>
      fc.record({
        nodes: fc.shuffledSubarray(NODES, { minLength: size, maxLength: size }),
        rail: size === 2 ? fc.constantFrom(null, 'nvidia.com/r0', 'nvidia.com/r1') : fc.constant(null),
        runId: fc.constantFrom('abcdefghjk', 'zyxwvtsrqp'),
      }),
    )
    fc.assert(
      fc.property(kinds, (child) => {
        const applied = objects(blank(manifestText(childInput(SETUP, FILES, child)), child))
        for (const object of applied) expect(confirmed).toContainEqual(object)
      }),
    )
  })

  it('halves differ from the whole in their number alone', () => {
    const size = (text: string) =>
      text.replaceAll(/(completions|parallelism): \d+/g, '$1: n').replaceAll(/value: "\d"/g, 'n')
    const of = (nodes: string[]) => {
      const child = { runId: 'abcdefghjk', nodes, rail: null }
      return size(blank(manifestText(childInput(SETUP, FILES, child)), child)).replaceAll(/^ *- <node \d>\n/gm, '')
    }
    expect(of(['a1', 'b2', 'c3'])).toBe(of(NODES))
  })

  it('a node or rail that was not confirmed is refused', () => {
    const child = { runId: 'abcdefghjk', nodes: ['a1', 'x9'], rail: null }
    expect(() => childInput(SETUP, FILES, child)).toThrow('x9 is no part of the confirmed search')
    expect(() => childInput(SETUP, FILES, { ...child, nodes: ['a1', 'b2'], rail: 'nvidia.com/r7' })).toThrow(
      'nvidia.com/r7',
    )
  })

  it('anything else that would change shows in the text that is hashed', () => {
    const text = template(SETUP)
    const others: Partial<SearchSetup>[] = [
      { image: 'other@sha256:1' },
      { nodes: [...NODES].reverse() },
      { rails: SETUP.rails.slice(1) },
      { gpusPerNode: 4 },
      { deadlineSec: { alone: 420, group: 900 } },
      { launcher: 'mpijob' },
      { iterations: 21 },
    ]
    for (const other of others) expect(template({ ...SETUP, ...other }), JSON.stringify(other)).not.toBe(text)
    expect(searchManifest(SETUP, { 'entry.sh': 'rm -rf /' }, freshSearch({ gpuMinutesMax: 900 }))).not.toBe(text)
    expect(searchManifest(SETUP, FILES, freshSearch({ gpuMinutesMax: 901 }))).not.toBe(text)
  })

  it('names from the cluster cannot break out of a comment', () => {
    const text = template({ ...SETUP, hostnames: ['a\nkind: Evil', 'b', 'c', 'd'] })
    expect(objects(text)).toEqual(objects(template(SETUP)))
  })
})
