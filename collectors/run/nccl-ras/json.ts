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
  const gone =
    missingRanks.length > 0 ||
    communicators.some((communicator) => (numberOf(communicator.missing_ranks_count) ?? 0) > 0)
  const suspects = communicators.flatMap((communicator) =>
    listOf(communicator.missing_ranks)
      .map(objectOf)
      .flatMap((rank) => {
        const [pid, gpu] = [numberOf(rank.pid), numberOf(rank.cuda_dev)]
        return pid !== null && gpu !== null && typeof rank.host === 'string' ? [{ pid, host: rank.host, gpu }] : []
      }),
  )
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

/** JSON has no status words: a communicator with missing ranks is what the text calls INCOMPLETE. */
function groupOf(communicator: JsonObject): RasGroup {
  const missing = numberOf(communicator.missing_ranks_count)
  return {
    ranks: numberOf(communicator.size) ?? numberOf(communicator.ranks_count),
    status: typeof communicator.status === 'string' ? communicator.status : '',
    errors: missing === null ? '' : missing > 0 ? 'INCOMPLETE' : 'OK',
  }
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
