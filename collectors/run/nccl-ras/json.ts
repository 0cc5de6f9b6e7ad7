import { jsonValues } from '@/lib/explain/json-values'
import { notOk, ok, type Parsed } from '@/lib/format'
import { type MissingRank, type RasFacts, type RasGroup, type RasSuspect, rasSignatures, unique } from './facts'

type Fields = { readonly [key: string]: unknown }

/** Reads `ncclras -f json` (2.28.7+), its answer over a bare socket, and the events of `-m -f json`; null where the text holds none of them. */
export function parseRasJson(text: string): Parsed<RasFacts> | null {
  if (!/"(?:communicators|event)" *:/.test(text)) return null
  const values = jsonValues(text)
  const objects = values.map(({ value, complete }) => ({ fields: objectOf(value), complete }))
  const report = objects.find(({ fields }) => 'communicators' in fields)
  if (report) return factsOfReport(report.fields, report.complete)
  const events = objects.filter(({ fields }) => typeof fields.event === 'string' && /^PEER_/.test(fields.event))
  if (events.length === 0) return notOk('unreadable', 'bad-layout', 'no list of communicators')
  return factsOfEvents(events.map(({ fields }) => fields))
}

/** Processes that the monitor saw die or fall silent, and not come back. */
function factsOfEvents(events: readonly Fields[]): Parsed<RasFacts> {
  const gone = new Map<string, Fields>()
  for (const { event, peer } of events) {
    const about = objectOf(peer)
    const who = `${about.host} ${about.pid} ${about.addr}`
    if (/DEAD/.test(String(event)) || event === 'PEER_UNRESPONSIVE') gone.set(who, about)
    else if (event === 'PEER_RECOVERED') gone.delete(who)
  }
  const suspects = [...gone.values()].flatMap((about) => listOf(about.cuda_devs).flatMap((gpu) => suspect(about, gpu)))
  return ok({
    ncclVersion: null,
    communicators: null,
    groups: [],
    missingRanks: [],
    suspects: unique(suspects),
    signatures: rasSignatures(gone.size > 0, false),
    complete: true,
  })
}

function suspect({ pid, host }: Fields, gpu: unknown): RasSuspect[] {
  return typeof pid === 'number' && typeof gpu === 'number' && typeof host === 'string' ? [{ pid, host, gpu }] : []
}

function factsOfReport(report: Fields, valid: boolean): Parsed<RasFacts> {
  const listed = listOf(report.communicators).map(objectOf)
  // The last one before a cut may lack what tells it from a sound one.
  const communicators = valid ? listed : listed.slice(0, -1)
  const missingRanks = communicators.flatMap((communicator) =>
    listOf(communicator.missing_ranks).map(objectOf).flatMap(missingRank),
  )
  const absent = communicators.flatMap((communicator) =>
    listOf(communicator.missing_ranks).map(objectOf).filter(isGone),
  )
  const gone = absent.length > 0 || communicators.some(hidesMissing)
  const suspects = unique(absent.flatMap((rank) => suspect(rank, rank.cuda_dev)))
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
function isGone(rank: Fields): boolean {
  const status = objectOf(rank.status)
  const [unresponsive, dead] = [booleanOf(status.unresponsive), booleanOf(status.considered_dead)]
  return unresponsive !== false || dead === true
}

/** Missing ranks are counted, and none of them is listed. */
function hidesMissing(communicator: Fields): boolean {
  return (numberOf(communicator.missing_ranks_count) ?? 0) > 0 && listOf(communicator.missing_ranks).length === 0
}

/** JSON has no words: status and errors as the text form derives them from its ranks (src/ras/client_support.cc). */
function groupOf(communicator: Fields): RasGroup {
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

function errorsOf(communicator: Fields, ranks: readonly Fields[], missing: readonly Fields[]): string {
  const incomplete = missing.some(isGone) || hidesMissing(communicator)
  const failed = ranks.some(({ init_state, async_error }) =>
    [init_state, async_error].some((code) => typeof code === 'number' && !FINE.has(code)),
  )
  const mismatch = missing.some((rank) => !isGone(rank)) || new Set(ranks.map(wordOf)).size > 1
  const words = [...(incomplete ? ['INCOMPLETE'] : []), ...(failed ? ['ERROR'] : []), ...(mismatch ? ['MISMATCH'] : [])]
  return words.length > 0 ? words.join(',') : 'OK'
}

/** What most hinders: the text form shows the furthest state that any rank is in. */
function statusOf(ranks: readonly Fields[]): string {
  const words = new Set(ranks.map(wordOf))
  return ['ABORT', 'FINALIZE', 'RUNNING', 'INIT'].find((word) => words.has(word)) ?? ''
}

function wordOf(status: Fields): string {
  if (status.abort_flag === true) return 'ABORT'
  if (status.finalize_called === true || status.destroy_flag === true) return 'FINALIZE'
  if (status.init_state === 0) return 'RUNNING'
  return typeof status.init_state === 'number' ? 'INIT' : ''
}

function missingRank(entry: Fields): MissingRank[] {
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

function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : null
}

function objectOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
