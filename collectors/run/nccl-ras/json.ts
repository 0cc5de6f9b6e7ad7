import { type Json, readJson } from '@/collectors/run/nccl-tests/json-text'
import { notOk, ok, type Parsed } from '@/lib/format'
import { type MissingRank, type RasFacts, type RasGroup, rasSignatures } from './facts'

type JsonObject = { [key: string]: Json }

/** Reads `ncclras -f json` (2.28.7+): communicators with ranks and missing ranks. */
export function parseRasJson(text: string): Parsed<RasFacts> {
  const { value, valid } = readJson(text.trim())
  const report = objectOf(value)
  if (!('communicators' in report)) return notOk('unreadable', 'bad-layout', 'no list of communicators')
  const communicators = listOf(report.communicators).map(objectOf)
  const missingRanks = communicators.flatMap((communicator) =>
    listOf(communicator.missing_ranks).map(objectOf).flatMap(missingRank),
  )
  const absent = communicators.flatMap((communicator) =>
    listOf(communicator.missing_ranks).map(objectOf).filter(isGone),
  )
  const gone = absent.length > 0 || communicators.some(hidesMissing)
  const suspects = absent.flatMap((rank) => {
    const [pid, gpu] = [numberOf(rank.pid), numberOf(rank.cuda_dev)]
    return pid !== null && gpu !== null && typeof rank.host === 'string' ? [{ pid, host: rank.host, gpu }] : []
  })
  const facts: RasFacts = {
    ncclVersion:
      typeof report.nccl_version === 'string' ? (/^\d+\.\d+\.\d+/.exec(report.nccl_version)?.[0] ?? null) : null,
    communicators: valid ? communicators.length : null,
    groups: communicators.map(groupOf),
    missingRanks,
    suspects,
    signatures: rasSignatures(gone, false),
    complete: valid,
  }
  return valid ? ok(facts) : ok(facts, { reason: { code: 'cut', text: 'the JSON ends early' } })
}

/** A rank that answers and only left the communicator is not gone (ras.rst, `unresponsive`); one of which nothing is said is. */
function isGone(rank: JsonObject): boolean {
  const status = objectOf(rank.status)
  const [unresponsive, dead] = [booleanOf(status.unresponsive), booleanOf(status.considered_dead)]
  return unresponsive !== false || dead === true
}

/** Missing ranks are counted, and none of them is listed. */
function hidesMissing(communicator: JsonObject): boolean {
  return (numberOf(communicator.missing_ranks_count) ?? 0) > 0 && listOf(communicator.missing_ranks).length === 0
}

/** JSON has no words: status and errors as the text form derives them from its ranks (src/ras/client_support.cc). */
function groupOf(communicator: JsonObject): RasGroup {
  const ranks = listOf(communicator.ranks).map((rank) => objectOf(objectOf(rank).status))
  const missing = listOf(communicator.missing_ranks).map(objectOf)
  return {
    ranks: numberOf(communicator.size) ?? numberOf(communicator.ranks_count),
    status: typeof communicator.status === 'string' ? communicator.status : statusOf(ranks),
    errors: numberOf(communicator.missing_ranks_count) === null ? '' : errorsOf(communicator, ranks, missing),
  }
}

/** NCCL result codes that are no error: success and in progress. */
const FINE = new Set([0, 7])

function errorsOf(communicator: JsonObject, ranks: readonly JsonObject[], missing: readonly JsonObject[]): string {
  const incomplete = missing.some(isGone) || hidesMissing(communicator)
  const failed = ranks.some(({ init_state, async_error }) =>
    [init_state, async_error].some((code) => typeof code === 'number' && !FINE.has(code)),
  )
  const mismatch = missing.some((rank) => !isGone(rank)) || new Set(ranks.map(wordOf)).size > 1
  const words = [...(incomplete ? ['INCOMPLETE'] : []), ...(failed ? ['ERROR'] : []), ...(mismatch ? ['MISMATCH'] : [])]
  return words.length > 0 ? words.join(',') : 'OK'
}

/** What most hinders: the text form shows the furthest state that any rank is in. */
function statusOf(ranks: readonly JsonObject[]): string {
  const words = new Set(ranks.map(wordOf))
  return ['ABORT', 'FINALIZE', 'RUNNING', 'INIT'].find((word) => words.has(word)) ?? ''
}

function wordOf(status: JsonObject): string {
  if (status.abort_flag === true) return 'ABORT'
  if (status.finalize_called === true || status.destroy_flag === true) return 'FINALIZE'
  if (status.init_state === 0) return 'RUNNING'
  return typeof status.init_state === 'number' ? 'INIT' : ''
}

function missingRank(entry: JsonObject): MissingRank[] {
  const rank = numberOf(entry.rank)
  const status = objectOf(entry.status)
  if (rank === null) return []
  return [
    {
      rank,
      host: typeof entry.host === 'string' ? entry.host : null,
      unresponsive: booleanOf(status.unresponsive),
      dead: booleanOf(status.considered_dead),
    },
  ]
}

function booleanOf(value: Json | undefined): boolean | null {
  return typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : null
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null
}
