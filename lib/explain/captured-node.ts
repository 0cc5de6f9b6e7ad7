import { createHash } from 'node:crypto'
import { parse } from 'yaml'
import { factOf, nodeCollectors } from '@/lib/agent/observer/intake'
import type { AnyCollector } from '@/lib/collector'
import type { FactState } from '@/lib/engine/fact-state'
import type { CapturedFacts } from '@/lib/explain/together'
import type { Evidence } from '@/lib/read'

/** A read in the manifest of a capture folder: its evidence, with the text in a file of its own. */
export interface CapturedRead extends Omit<Evidence, 'text'> {
  file: string
  /** `cluster`: handed to checks that are judged once for the cluster. */
  scope: 'node' | 'cluster'
}

/** `capture.json`, which `cairn capture` writes beside the texts. */
export interface CaptureManifest {
  cairnCapture: 1
  node: string
  reads: readonly CapturedRead[]
}

/** What a capture folder says of its node. */
export interface CapturedNode extends CapturedFacts {
  /** Files that belong to the capture. */
  files: readonly string[]
  reads: readonly { file: string; status: Evidence['status']; reason: string | null }[]
}

/**
 * Facts of a folder that `cairn capture` wrote, made by the very parsers that read the live node. Null: the manifest is none.
 * A text that is gone or whose digest is not the manifest's counts as unread: it is not what was captured.
 * @param texts the folder's other files, by name
 */
export function capturedNode(
  manifest: string,
  texts: ReadonlyMap<string, string>,
  collectors: readonly AnyCollector[],
): CapturedNode | null {
  const read = manifestOf(manifest)
  if (!read) return null
  const evidence = read.reads.map((one) => ({
    ...withText(one, texts.get(one.file)),
    scope: one.scope,
    file: one.file,
  }))
  const ofNode = new Map(evidence.filter((one) => one.via === 'node').map((one) => [one.id, one]))
  const facts: Record<string, FactState> = {}
  const cluster: Record<string, FactState> = {}
  for (const collector of nodeCollectors(collectors)) {
    const fact = factOf(collector, ofNode)
    if (fact) facts[collector.id] = fact
  }
  for (const one of evidence) {
    if (one.via === 'node') continue
    const id = one.id.slice(0, one.id.lastIndexOf('.'))
    if (id === 'clock' || id === 'reach') continue
    const scope = one.scope === 'cluster' ? cluster : facts
    scope[id] = keptFact(one)
  }
  return {
    node: read.node,
    facts,
    cluster,
    files: ['report.json', 'SHA256SUMS', ...read.reads.map((one) => one.file)],
    reads: evidence.map(({ file, status, reason }) => ({ file, status, reason: reason ?? null })),
  }
}

function withText(read: CapturedRead, text: string | undefined): Evidence {
  const { file: _, scope: __, ...rest } = read
  if (read.status !== 'ok') return { ...rest, text: text ?? '' }
  if (text !== undefined && createHash('sha256').update(text).digest('hex') === read.digest) return { ...rest, text }
  const reason = text === undefined ? 'its file is missing from the capture' : 'its file was changed after the capture'
  return { ...rest, status: 'unreadable', text: '', reason }
}

/** A fact that Cairn keeps as data (Kubernetes records, logs, runs): YAML of the fact itself. */
function keptFact(one: Evidence): FactState {
  const refs = [{ id: one.id, via: one.via, status: one.status, at: one.startedAt || null }]
  const at = one.startedAt || null
  if (one.status !== 'ok') return { status: one.status, reason: one.reason ?? one.status, at, refs }
  if (one.cut) return { status: 'unreadable', reason: 'the capture holds a part of it only', at, refs }
  try {
    return { status: 'ok', value: parse(one.text, { maxAliasCount: 0 }), at, refs }
  } catch {
    return { status: 'unreadable', reason: 'its file is not YAML', at, refs }
  }
}

function manifestOf(text: string): CaptureManifest | null {
  try {
    const value: unknown = JSON.parse(text)
    return isManifest(value) ? value : null
  } catch {
    return null
  }
}

function isManifest(value: unknown): value is CaptureManifest {
  return (
    isFields(value) &&
    value.cairnCapture === 1 &&
    typeof value.node === 'string' &&
    Array.isArray(value.reads) &&
    value.reads.every(
      (one) =>
        isFields(one) &&
        ['file', 'id', 'via', 'status', 'stderr', 'digest', 'startedAt'].every((name) => typeof one[name] === 'string'),
    )
  )
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
