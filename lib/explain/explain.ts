import { type KubernetesCapture, readObjects } from '@/collectors/cluster/kubernetes/parse'
import { factsOfObjects, nodesOfObjects } from '@/collectors/cluster/objects'
import type { AnyCollector } from '@/lib/collector'
import type { Explained } from '@/lib/contract/api'
import { type Capture, notOk, type Parsed } from '@/lib/format'
import { redact } from '@/lib/redact'
import { sanitiseData, sanitiseLine } from '@/lib/sanitise'
import { type CaptureFacts, type CaptureJudgement, judgeFacts, type Rules } from './judge-capture'
import { type MissingTool, missingTool } from './missing-tool'
import { newest } from './newest'
import { type AnyFormat, bestView, type Candidate, candidates, recognised, viewsOf } from './recognise'

/** Everything `explain` knows: formats to read with, collectors and rules to judge with. */
export interface Knowledge extends Rules {
  formats: readonly AnyFormat[]
  collectors: readonly AnyCollector[]
}

/** What was made of one capture: the public object of EXPLAIN §1, and what the page shows beside it. */
export interface Explanation {
  answer: Explained
  /** What else it could have been, surest first. */
  candidates: readonly Candidate[]
  judgement: CaptureJudgement
  /** Facts for judging several captures together. */
  facts: CaptureFacts
  /** Kubernetes objects of the capture; null for every other kind. */
  objects: KubernetesCapture | null
  /** The text as it was read: harmless and without credentials. */
  text: string
}

const NOTHING: CaptureJudgement = { verdicts: [], causes: [], details: [] }
const NO_FACTS: CaptureFacts = { whole: {}, nodes: [] }

/**
 * Says what a text is, what stands in it and what can be judged from it alone (EXPLAIN.md). Never throws for bad text.
 * @param as replaces recognition: a kind, or `k8s:Kind` for an object that lost its header. Unknown kinds are the caller's usage error.
 */
export function explain(file: string, raw: string, knowledge: Knowledge, as?: string): Explanation {
  const { text } = redact(raw)
  const views = viewsOf(text)
  const found = as === undefined ? candidates(knowledge.formats, views) : []
  const missing = missingTool(views[0]?.lines ?? [])
  const best =
    as === undefined
      ? (recognised(found) ?? (missing && hinted(knowledge.formats, views, missing.kind)))
      : hinted(knowledge.formats, views, as)
  const shown = views[0]?.text ?? ''
  if (!best) return notRecognised(file, shown, found)
  const { chosen, parsed } = orMissing(readIn(best, views, as), missing)
  const isCluster = parsed.status === 'ok' && chosen.format.kind === 'k8s'
  const objects = isCluster ? readObjects(chosen.capture, as) : null
  const facts = objects ? factsOfCluster(objects, knowledge) : factsOf(chosen, parsed)
  const judgement = facts === NO_FACTS ? NOTHING : judgeFacts(facts, knowledge)
  const answer: Explained = {
    schema: 1,
    file,
    kind: chosen.format.kind,
    status: parsed.status,
    ...(parsed.reason ? { reason: { code: parsed.reason.code, text: sanitiseLine(parsed.reason.text, 500) } } : {}),
    errors: [...new Set(parsed.errors)],
    facts: plainFacts(parsed.facts),
    verdicts: judgement.verdicts,
    causes: judgement.causes,
  }
  return { answer: sanitiseData(answer), candidates: found, judgement, facts, objects, text: chosen.capture.text }
}

function hinted(formats: readonly AnyFormat[], views: readonly Capture[], as: string): Candidate | null {
  const kind = as.startsWith('k8s:') ? 'k8s' : as
  const format = formats.find((each) => each.kind === kind)
  return format ? bestView(format, views) : null
}

function notRecognised(file: string, text: string, found: readonly Candidate[]): Explanation {
  const could = found.slice(0, 5).map((candidate) => candidate.format.kind)
  const words =
    text.trim() === ''
      ? 'the capture is empty'
      : could.length > 0
        ? `not recognised; could be ${could.join(', ')} (say which with --as)`
        : 'not recognised as the output of any supported tool'
  const answer = notExplained(file, null, words, 'not-recognised')
  return { answer, candidates: found, judgement: NOTHING, facts: NO_FACTS, objects: null, text }
}

/** The answer to a capture that could not be read at all. */
export function notExplained(
  file: string,
  kind: string | null,
  text: string,
  code: 'not-recognised' | 'other' = 'other',
): Explained {
  const reason = { code, text: sanitiseLine(text, 500) }
  return { schema: 1, file, kind, status: 'unreadable', reason, errors: [], facts: {}, verdicts: [], causes: [] }
}

/** Reads a capture in the view its format is surest of; where that is unreadable, in the next in which it can be read. */
function readIn(best: Candidate, views: readonly Capture[], as: string | undefined) {
  const first = { chosen: best, parsed: safeParse(best, as) }
  if (first.parsed.status !== 'unreadable') return first
  for (const capture of views) {
    const sure = capture === best.capture ? 0 : best.format.recognise(capture)
    if (sure < best.sure) continue
    const chosen = { ...best, capture }
    const parsed = safeParse(chosen, as)
    if (parsed.status !== 'unreadable') return { chosen, parsed }
  }
  return first
}

/** A text without a layout says what its shell says: that the tool could not be started. */
function orMissing(read: { chosen: Candidate; parsed: Parsed<unknown> }, missing: MissingTool | null): typeof read {
  const { chosen, parsed } = read
  if (missing?.kind !== chosen.format.kind || parsed.status === 'ok' || parsed.errors.length > 0) return read
  return { chosen, parsed: notOk(missing.status, missing.code, missing.text, [missing.line]) }
}

/** A parser that throws met a layout nobody thought of: unreadable, never a value. */
function safeParse(chosen: Candidate, as: string | undefined): Parsed<unknown> {
  try {
    return chosen.format.parse(chosen.capture, as === undefined ? {} : { as })
  } catch (error) {
    return notOk('unreadable', 'bad-layout', error instanceof Error ? error.message : String(error))
  }
}

/** Facts as the answer holds them. */
export function plainFacts(facts: unknown): Record<string, unknown> {
  return typeof facts === 'object' && facts !== null ? { ...facts } : {}
}

/** Facts by id, as the format itself provides them; of a refusal only where the refusal is the evidence. */
function factsOf({ format }: Candidate, parsed: Parsed<unknown>): CaptureFacts {
  // The format's own facts go back into the format: the one place where their type is forgotten in between.
  const whole = parsed.status === 'ok' ? format.provides?.(parsed.facts as never) : format.evidence?.(parsed as never)
  return whole && Object.keys(whole).length > 0 ? { whole, nodes: [] } : NO_FACTS
}

/** Facts of Kubernetes objects, over all and per node they are about. */
export function factsOfCluster(
  capture: Pick<KubernetesCapture, 'objects' | 'lists' | 'requests'>,
  knowledge: Knowledge,
): CaptureFacts {
  const { lists } = capture
  // An object that was printed twice, before and after, is one object.
  const objects = newest([capture])
  const nodes = nodesOfObjects(objects, knowledge.collectors)
  const refused = capture.requests?.length ? { refusedRequests: capture.requests } : {}
  const factsFor = (node?: string) => {
    const facts = factsOfObjects(objects, knowledge.collectors, node === undefined ? { lists } : { lists, node })
    return facts.events === undefined ? facts : { ...facts, toldEvents: facts.events }
  }
  return {
    whole: { ...factsFor(), ...refused },
    nodes: nodes.map((node) => ({ node, facts: factsFor(node) })),
  }
}
