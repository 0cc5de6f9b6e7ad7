import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import inspector from '@/collectors/run/nccl-inspector/format'
import ras from '@/collectors/run/nccl-ras/format'
import { toCapture } from '@/lib/explain/capture'
import nccl from './format'
import { createNcclReader } from './reader'

/** Captures with expected values are not part of the repository: `CAIRN_SAMPLES`, or the folder beside the checkout. */
const SAMPLES = join(process.env.CAIRN_SAMPLES ?? '../shared/samples', 'nccl')

interface Case {
  file: string
  kind: string
  expect: Record<string, unknown>
}

const cases: Case[] = existsSync(join(SAMPLES, 'INDEX.json'))
  ? JSON.parse(readFileSync(join(SAMPLES, 'INDEX.json'), 'utf8'))
  : []
const read = (file: string) => readFileSync(join(SAMPLES, file), 'utf8')

/** Expected name → field of the facts, where both hold the same. */
const SAME: Readonly<Record<string, string>> = {
  collective: 'collective',
  nccl_tests_version: 'testsVersion',
  nccl_version: 'ncclVersion',
  nranks: 'ranks',
  nranks_min: 'ranksAtLeast',
  nnodes: 'nodes',
  gpu: 'gpuModel',
  avg_busbw_reported: 'averageBusbwGBps',
  avg_busbw_computed: 'averageBusbwComputedGBps',
  rows_lost: 'rowsLost',
  wrong_rows: 'wrongRows',
  validated: 'validated',
  schema_version: 'schemaVersion',
  valid_json: 'jsonValid',
  partial_rows: 'partialRows',
  max_busbw: 'maxBusbwGBps',
  size_at_max: 'maxBusbwSizeBytes',
  n_from_ratio: 'ranksFromRatio',
  records: 'records',
  malformed_lines: 'malformedLines',
}

describe.skipIf(cases.length === 0)('samples of NCCL captures', () => {
  it.each(cases.map((item) => [item.file, item] as const))('%s', (file, item) => {
    const capture = toCapture(read(file))
    const format = [nccl, ras, inspector].find((candidate) => candidate.kind === item.kind)
    const sure = [nccl, ras, inspector].map((candidate) => ({ kind: candidate.kind, by: candidate.recognise(capture) }))
    expect(sure.sort((a, b) => b.by - a.by)[0]?.kind).toBe(item.kind)
    const parsed = format?.parse(capture)
    expect(parsed?.status).toBe('ok')
    const facts: Record<string, unknown> = { ...parsed?.facts }
    for (const [theirs, ours] of Object.entries(SAME))
      if (theirs in item.expect) expect(facts[ours], theirs).toEqual(item.expect[theirs])
    if (item.kind === 'nccl' && Number(item.expect.rows) > 0) expect(facts.complete).toBe(item.expect.complete)
    if (item.kind === 'nccl') expect(facts.rows).toHaveLength(Number(item.expect.rows))
    const wanted = [item.expect.signatures, item.expect.notes]
      .flat()
      .filter((id) => typeof id === 'string' && !id.includes(' '))
    const fired = Array.isArray(facts.signatures) ? facts.signatures.map((hit: { id: string }) => hit.id) : []
    expect(fired).toEqual(expect.arrayContaining(wanted))
  })
})

/** Captures in which every kind of line stands: header, devices, log, rows, footer, JSON, tags. */
const CUT = [
  'wrong-results-one-size.log',
  'roce-retry-exceeded-hca-225.log',
  'k8s-no-device-found-socket-227.log',
  'gdr-acs-local-prot-error.log',
  'nccltests-J-v3-wrong.log',
  'gdr-disabled-dgxos-old-nccl.log',
]
const NULLABLE = [
  'collective',
  'testsVersion',
  'ncclVersion',
  'ranks',
  'nodes',
  'gpuModel',
  'averageBusbwGBps',
  'outOfBounds',
  'schemaVersion',
  'ranksFromRatio',
] as const

describe.skipIf(cases.length === 0)('cut at any byte: the same values or fewer (P-05)', () => {
  it.each(CUT)('%s', (file) => {
    const text = toCapture(read(file)).text
    const whole = createNcclReader()
    whole.push(text)
    const full = whole.facts()
    const ids = new Set(full.signatures.map((hit) => hit.id))
    const reader = createNcclReader()
    let count = -1
    for (let at = 0; at < text.length; at++) {
      reader.push(text[at] ?? '')
      const part = reader.facts()
      for (const field of NULLABLE)
        if (part[field] !== null) expect(part[field], `${field} after ${at + 1} characters`).toEqual(full[field])
      if (part.rows.length !== count) {
        count = part.rows.length
        expect(part.rows, `rows after ${at + 1} characters`).toEqual(full.rows.slice(0, count))
      }
      const strange = part.signatures.map((hit) => hit.id).filter((id) => !ids.has(id) && !id.startsWith('derived.'))
      expect(strange, `signatures after ${at + 1} characters`).toEqual([])
      for (const network of part.networks) expect(full.networks).toContain(network)
      for (const nic of part.nics) expect(full.nics).toContainEqual(nic)
      expect(part.complete && !full.complete).toBe(false)
    }
    expect(reader.facts(), 'fed by the character').toEqual(full)
  })
})

if (cases.length === 0) console.log(`skipped: no captures in ${SAMPLES}; set CAIRN_SAMPLES`)
