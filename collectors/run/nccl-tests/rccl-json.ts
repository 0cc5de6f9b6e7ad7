import type { NcclFacts, NcclRow, Placement } from './facts'
import { EMPTY } from './json'
import { type Json, readJson } from './json-text'
import { RowSummary } from './summary'

type JsonObject = { [key: string]: Json }

/** Names of the tests as rccl-tests writes them. */
const COLLECTIVES: Readonly<Record<string, string>> = {
  AllReduce: 'all_reduce',
  AllGather: 'all_gather',
  ReduceScatter: 'reduce_scatter',
  AlltoAll: 'alltoall',
  AlltoAllv: 'alltoallv',
  Broadcast: 'broadcast',
  Reduce: 'reduce',
  Gather: 'gather',
  Scatter: 'scatter',
  SendRecv: 'sendrecv',
  HyperCube: 'hypercube',
}

/** True for what rccl-tests writes with `-x FILE -Z json`: a list of records, one per placement. */
export function isRcclReport(text: string): boolean {
  return /^\s*\[/.test(text) && /"numCycle" *:/.test(text) && /"busBw" *:/.test(text)
}

/** Reads a report of rccl-tests (nccl.md §1.7). It has no footer, no devices and no versions: only rows, ranks and nodes. */
export function readRcclReport(text: string): NcclFacts {
  const { value, valid } = readJson(text.trim())
  const records = Array.isArray(value) ? value.map(objectOf).filter((record) => typeof record.size === 'number') : []
  const summary = new RowSummary()
  for (const row of rowsOf(records))
    summary.add(row, row.outOfPlace.wrong !== null || row.inPlace.wrong !== null, false)
  const name = only(records.map((record) => record.name))
  return {
    ...EMPTY,
    library: 'rccl',
    collective: typeof name === 'string' ? (COLLECTIVES[name] ?? null) : null,
    ranks: numberOf(only(records.map((record) => record.ranks))),
    nodes: numberOf(only(records.map((record) => record.nodes))),
    ranksFromRatio: summary.ranksFromRatio,
    rows: summary.rows,
    maxBusbwGBps: summary.maxBusbw,
    maxBusbwSizeBytes: summary.maxSize,
    averageBusbwComputedGBps: summary.mean === null ? null : Math.round(summary.mean * 1000) / 1000,
    wrongRows: summary.counted ? summary.wrongRows : null,
    validated: summary.count === 0 ? null : summary.checked,
    complete: valid,
    jsonValid: valid,
    runs: 1,
  }
}

/** Out of place and in place of one size are two records, one after the other. */
function rowsOf(records: readonly JsonObject[]): NcclRow[] {
  const rows = new Map<string, NcclRow>()
  for (const record of records) {
    const key = [record.numCycle, record.size, record.type, record.redop, record.name].join(' ')
    const row = rows.get(key) ?? { sizeBytes: Number(record.size), outOfPlace: UNMEASURED, inPlace: UNMEASURED }
    row[record.inPlace === 1 || record.inPlace === true ? 'inPlace' : 'outOfPlace'] = placementOf(record)
    rows.set(key, row)
  }
  return [...rows.values()]
}

const UNMEASURED: Placement = { timeUsec: null, algbwGBps: null, busbwGBps: null, wrong: null }

function placementOf(record: JsonObject): Placement {
  const wrong = record.wrong ?? record['#wrong']
  return {
    timeUsec: numberOf(record.time),
    algbwGBps: numberOf(record.algBw),
    busbwGBps: numberOf(record.busBw),
    wrong: typeof wrong === 'string' && /^\d{1,15}$/.test(wrong) ? Number(wrong) : numberOf(wrong),
  }
}

/** The value that all have; undefined where they differ. */
function only(values: readonly (Json | undefined)[]): Json | undefined {
  return new Set(values).size === 1 ? values[0] : undefined
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null
}
