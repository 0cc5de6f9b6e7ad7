import { matchSignatures } from '@/collectors/run/nccl-log/match'
import { severityOf } from '@/collectors/run/nccl-log/signature'
import { versionOfCode } from '@/collectors/run/nccl-log/transport'
import { collectiveOf } from './collective'
import { DeviceList } from './devices'
import type { NcclFacts, NcclRow, Placement, SignatureHit } from './facts'
import { type Json, readJson } from './json-text'
import { RowSummary } from './summary'

type JsonObject = { [key: string]: Json }

/** Reads an nccl-tests `-J` report, file versions 1 to 3 (nccl.md §1.7). Arguments and environment are left unread: they hold secrets. */
export function readJsonReport(text: string): NcclFacts {
  const { value, valid } = readJson(text.trim())
  const report = objectOf(value)
  const config = objectOf(report.config)
  const summary = new RowSummary()
  for (const result of listOf(report.results)) addRow(summary, objectOf(result))
  const devices = devicesOf(config, valid || 'results' in report)
  const bounds = objectOf(report.out_of_bounds)
  const count = numberOf(bounds.count)
  const ended = typeof report.end_time === 'string'
  const cpuTime = listOf(report.results).some((result) => hasCpuTime(objectOf(result)))
  const hosts = devices.hostList()
  return {
    ...EMPTY,
    library: devices.isAmd ? 'rccl' : 'nccl',
    collective: collectiveIn(report, summary),
    ncclVersion: versionOfCode(numberOf(report.nccl_version) ?? 0),
    ranks: devices.complete,
    ranksAtLeast: devices.atLeast,
    ranksFromRatio: cpuTime ? null : summary.ranksFromRatio,
    nodes: devices.complete === null ? null : hosts.length,
    gpuModel: devices.model,
    rows: summary.rows,
    maxBusbwGBps: summary.maxBusbw,
    maxBusbwSizeBytes: summary.maxSize,
    averageBusbwGBps: averageOf(report),
    averageBusbwComputedGBps: summary.mean === null ? null : Math.round(summary.mean * 1000) / 1000,
    rowsLost: lostRows(summary, averageOf(report)),
    outOfBounds:
      count === null || bounds.okay === undefined ? null : { count, status: isFalse(bounds.okay) ? 'FAILED' : 'OK' },
    wrongRows: summary.counted ? summary.wrongRows : null,
    validated: summary.count === 0 ? null : summary.checked,
    complete: valid && ended,
    schemaVersion: numberOf(report.version),
    jsonValid: valid,
    signatures: [...signaturesOf(count ?? 0, valid && ended, summary), ...errorsOf(report)],
    rankHosts: hosts,
    requested: requestedOf(config),
    cpuTime,
    splitGroups: devices.groupCount > 1 ? devices.groupCount : null,
    runs: 1,
  }
}

/** A report without a log says nothing of networks, devices and settings. */
export const EMPTY: NcclFacts = {
  form: 'json',
  library: 'nccl',
  collective: null,
  testsVersion: null,
  ncclVersion: null,
  ranks: null,
  ranksAtLeast: null,
  ranksFromRatio: null,
  nodes: null,
  gpuModel: null,
  rows: [],
  partialRows: 0,
  maxBusbwGBps: null,
  maxBusbwSizeBytes: null,
  averageBusbwGBps: null,
  averageBusbwComputedGBps: null,
  rowsLost: null,
  outOfBounds: null,
  wrongRows: null,
  validated: null,
  complete: false,
  schemaVersion: null,
  jsonValid: null,
  networks: [],
  transport: null,
  nics: [],
  hosts: [],
  gpuDirect: null,
  sharp: null,
  signatures: [],
  rankHosts: [],
  versions: [],
  drivers: [],
  networkHosts: [],
  environment: [],
  requested: null,
  cpuTime: false,
  rankNics: [],
  firstCause: null,
  runs: 0,
  channels: { gpuDirect: 0, staged: 0, socket: 0 },
}

function addRow(summary: RowSummary, result: JsonObject): void {
  const sizeBytes = numberOf(result.size)
  if (sizeBytes === null || !('out_of_place' in result) || !('in_place' in result)) return
  const row: NcclRow = {
    sizeBytes,
    outOfPlace: placementOf(result.out_of_place),
    inPlace: placementOf(result.in_place),
  }
  summary.add(row, row.outOfPlace.wrong !== null || row.inPlace.wrong !== null, false)
}

function placementOf(value: Json | undefined): Placement {
  const half = objectOf(value)
  return {
    timeUsec: numberOf(half.time) ?? numberOf(half.cpu_time),
    algbwGBps: numberOf(half.alg_bw),
    busbwGBps: numberOf(half.bus_bw),
    wrong: numberOf(half.nwrong),
  }
}

/** -C 1: the report names the launch time instead of the time. */
function hasCpuTime(result: JsonObject): boolean {
  return 'cpu_time' in objectOf(result.out_of_place) || 'cpu_time' in objectOf(result.in_place)
}

/** Booleans are strings in this format. */
function isFalse(value: Json): boolean {
  return value === 'false' || value === false
}

/** With -g 8 a process lists only its first device: then ranks and GPUs are not all here, and the list has gaps. */
function devicesOf(config: JsonObject, whole: boolean): DeviceList {
  const devices = new DeviceList()
  for (const entry of listOf(config.devices)) {
    const device = objectOf(entry)
    const rank = numberOf(device.rank)
    if (rank !== null && typeof device.hostname === 'string') {
      devices.add(
        rank,
        device.hostname,
        typeof device.device_info === 'string' ? device.device_info.trim() : '',
        numberOf(device.group) ?? 0,
      )
    }
  }
  const each = (numberOf(config.nthreads) ?? 1) * (numberOf(config.ngpus) ?? 1)
  if (whole && each === 1) devices.end()
  return devices
}

/** The key was misspelt in 2.17.3..2.17.8. */
function averageOf(report: JsonObject): number | null {
  const average = objectOf(report.average_bus_bandwidth ?? report.average_bus_bandwidith)
  return numberOf(average.bandwidth) ?? numberOf(average.bandwidith)
}

/** The program's name, where the arguments give it: nothing else of them is used. */
function collectiveIn(report: JsonObject, summary: RowSummary): string | null {
  const [program] = listOf(report.args)
  const name = typeof program === 'string' ? collectiveOf(program) : null
  return name ?? (summary.isAllReduce ? 'all_reduce' : null)
}

function requestedOf(config: JsonObject): NcclFacts['requested'] {
  const minBytes = numberOf(config.minimum_bytes)
  const maxBytes = numberOf(config.maximum_bytes)
  if (minBytes === null || maxBytes === null) return null
  const factor = numberOf(config.step_factor)
  return { minBytes, maxBytes, factor, warmup: numberOf(config.warmup_iters), iterations: numberOf(config.iterations) }
}

function signaturesOf(outOfBounds: number, complete: boolean, summary: RowSummary): SignatureHit[] {
  const hit = (id: string, severity: SignatureHit['severity']): SignatureHit => ({
    id,
    severity,
    count: 1,
    line: '',
    lineNumber: null,
    hosts: [],
  })
  return [
    ...(outOfBounds > 0 ? [hit('test.wrong', 'fatal')] : []),
    ...(complete ? [] : [hit('derived.truncated', 'info')]),
    ...(summary.allZero ? [hit('derived.zero_busbw', 'warn')] : []),
  ]
}

/** What NCCL's last error says (2.17.3+; an empty text where there was none). */
function errorsOf(report: JsonObject): SignatureHit[] {
  const hits = listOf(report.errors)
    .slice(0, 16)
    .flatMap((text) =>
      typeof text === 'string' ? matchSignatures(text).map((signature) => ({ signature, text })) : [],
    )
    .map(
      ({ signature, text }): SignatureHit => ({
        id: signature.id,
        severity: severityOf(signature, text),
        count: 1,
        line: text.trim().slice(0, 400),
        lineNumber: null,
        hosts: [],
      }),
    )
  return [...new Map(hits.map((hit) => [hit.id, hit])).values()]
}

function lostRows(summary: RowSummary, average: number | null): boolean | null {
  const mean = summary.mean
  return average === null || mean === null ? null : Math.abs(mean - average) > Math.abs(average) * 0.01 + 0.006
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

/** Numbers; also those that 2.17 prints as padded strings. "nan" is unknown. */
function numberOf(value: Json | undefined): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !/^\s*-?\d+(?:\.\d+)?\s*$/.test(value)) return null
  return Number(value)
}
