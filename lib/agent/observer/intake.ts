import { createHash } from 'node:crypto'
import type { Section, SweepResult } from '@/collectors/transport/types'
import { type Answer, type AnyCollector, type NodeCollector, NotRead, Unreadable } from '@/lib/collector'
import type { FactState } from '@/lib/engine/fact-state'
import type { Evidence, NodeRead, RawRead } from '@/lib/read'
import type { EvidenceRef } from '@/lib/report'
import { sanitise } from '@/lib/sanitise'

/** A node collector whose types were forgotten. */
export type AnyNodeCollector = NodeCollector<string, Record<string, NodeRead>, unknown>

/** Masks secrets in text; names the rules that fired. Runs before anything is stored (SEC-27). */
export type Redact = (text: string) => { text: string; rules: readonly string[] }

/** The node collectors among all. */
export function nodeCollectors(collectors: readonly AnyCollector[]): readonly AnyNodeCollector[] {
  return collectors.filter((collector): collector is AnyNodeCollector => collector.via === 'node')
}

/** Ids of all reads of a collector. */
export function readIds(collector: AnyNodeCollector): readonly string[] {
  return Object.keys(collector.reads).map((name) => `${collector.id}.${name}`)
}

/** Every read of every node collector, as sections of the probe. */
export function sectionsOf(collectors: readonly AnyNodeCollector[], lane?: NodeRead['lane']): Section[] {
  return collectors.flatMap((collector) =>
    Object.entries(collector.reads)
      .filter(([, read]) => lane === undefined || read.lane === lane)
      .map(([name, read]) => ({ id: `${collector.id}.${name}`, read })),
  )
}

/** Makes evidence of what a node answered: harmless text, secrets masked, digest of what is kept. */
export function toEvidence(result: SweepResult, id: string, raw: RawRead, command: string, redact: Redact): Evidence {
  const text = redact(sanitise(raw.text, Number.POSITIVE_INFINITY))
  const stderr = redact(sanitise(raw.stderr))
  return {
    ...raw,
    id,
    via: 'node',
    source: result.node,
    command,
    text: text.text,
    stderr: stderr.text,
    ...(raw.reason === undefined ? {} : { reason: redact(sanitise(raw.reason)).text.slice(0, 500) }),
    digest: createHash('sha256').update(text.text).digest('hex'),
    redactions: [...new Set([...text.rules, ...stderr.rules])],
    ...(result.identity?.bootId ? { bootId: result.identity.bootId } : {}),
  }
}

/**
 * The fact of one collector from its evidence. Any read that is not `ok` decides (unless it is optional); a parser that throws makes it
 * `unreadable`, or what `NotRead` says; never a value.
 */
export function factOf(collector: AnyNodeCollector, evidence: ReadonlyMap<string, Evidence>): FactState | null {
  const answers: Record<string, Answer> = {}
  const refs: EvidenceRef[] = []
  const failed: Evidence[] = []
  for (const [name, read] of Object.entries(collector.reads)) {
    const one = evidence.get(`${collector.id}.${name}`)
    if (!one) return null
    refs.push({
      id: one.id,
      via: 'node',
      status: one.status,
      at: one.startedAt,
      ...(one.reason === undefined ? {} : { reason: one.reason }),
    })
    if (one.status !== 'ok' && !read.optional) failed.push(one)
    answers[name] = one.status === 'ok' ? one : { text: '', stderr: one.stderr, exitCode: one.exitCode, cut: false }
  }
  const oldest = refs.map((ref) => ref.at ?? '').sort()[0] ?? null
  const first = failed[0]
  if (first && first.status !== 'ok')
    return { status: first.status, reason: first.reason ?? first.status, at: oldest, refs }
  try {
    return { status: 'ok', value: detached(collector.parse(answers)), at: oldest, refs }
  } catch (error) {
    return notRead(error, oldest, refs)
  }
}

/**
 * A copy without ties to the text it was parsed from: V8 keeps the whole text alive for a word cut out of it. Facts are plain data, and
 * JSON shares short strings besides (300 nodes: 120 MB of facts became 62 MB, 84 MB with structuredClone).
 */
function detached(value: unknown): unknown {
  return value === undefined ? value : JSON.parse(JSON.stringify(value))
}

function notRead(error: unknown, at: string | null, refs: EvidenceRef[]): FactState {
  const status = error instanceof NotRead ? error.status : 'unreadable'
  const words = error instanceof Error ? error.message : String(error)
  const reason = error instanceof Unreadable || error instanceof NotRead ? words : `the parser failed: ${words}`
  return { status, reason, at, refs: refs.map((ref) => ({ ...ref, status, reason })) }
}
