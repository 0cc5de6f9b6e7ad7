import type { KubeObject } from '@/lib/collector'
import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import type { Capture, Parsed } from '@/lib/format'
import { notOk, ok } from '@/lib/format'
import { at, type Fields, fields, isFields, word } from '../fields'
import type { SeenKind } from '../objects'
import { withoutNumbers, withoutSurroundings } from './around'
import { describedObjects } from './describe'
import { documents } from './documents'
import { tableObjects } from './get-tables'
import { apiVersionOf, inferKind, withParts } from './infer'
import { type Refusal, refusalsIn, refused, statusRefusal } from './refusal'
import { ofReplicas, type RefusedRequest, refusedRequest } from './refused-request'
import { eventTable } from './tables'
import { isUnfinished } from './unfinished'

/** An object as `cairn explain` names it. */
export interface NamedObject {
  kind: string
  namespace?: string
  name?: string
}

/** Facts of kind `k8s` (EXPLAIN §3). */
export interface KubernetesFacts {
  objects: NamedObject[]
  /** False: the capture ends within an object or leaves lines out. */
  complete?: boolean
}

/** What a capture holds: the objects themselves, for the collectors, beside the facts. */
export interface KubernetesCapture {
  objects: readonly KubeObject[]
  /** Kinds of typed lists, also empty ones: a list that was read and held nothing. */
  lists: readonly SeenKind[]
  /** Objects that the text ends in: named, but never judged. */
  cut: readonly KubeObject[]
  /** Objects of which a table shows little more than the name: named, but never judged. */
  named?: readonly KubeObject[]
  /** What the API server refused, told by a `Status` or by kubectl. */
  refusals?: readonly Refusal[]
  /** The requests among it that a rule of admission refused. */
  requests?: readonly RefusedRequest[]
}

/** Captures read already: recognising, parsing and judging ask for the same objects, and YAML is slow. */
const READ = new WeakMap<Capture, Map<string | undefined, KubernetesCapture>>()

/** Reads every object of a capture; the same answer for the same capture. */
export function readObjects(capture: Capture, as?: string): KubernetesCapture {
  const known = READ.get(capture) ?? new Map<string | undefined, KubernetesCapture>()
  READ.set(capture, known)
  const before = known.get(as)
  if (before) return before
  const found = read(capture, as)
  known.set(as, found)
  return found
}

function read(capture: Capture, as: string | undefined): KubernetesCapture {
  const named = as?.startsWith('k8s:') ? as.slice('k8s:'.length) : undefined
  const bare = withoutNumbers(withoutLogPrefix(capture.lines))
  const found: { objects: KubeObject[]; lists: SeenKind[]; cut: KubeObject[] } = { objects: [], lists: [], cut: [] }
  const endedIn = new Set<string>()
  const lines = withoutSurroundings(bare)
  const shown = describedObjects(lines)
  // A description looks like YAML from afar; it is read as what it is.
  for (const document of shown.length > 0 ? [] : documents(lines)) {
    // Of a list that the text ends in nobody knows what else it held: it was not looked at.
    const objects = unfold(document.value, named, document.whole ? found.lists : [])
    const final = objects.at(-1)
    const whole = document.whole && !(document.open && final !== undefined && isUnfinished(final))
    const cut = whole ? [] : objects.slice(-1)
    found.objects.push(...(whole ? objects : objects.slice(0, -1)))
    found.cut.push(...cut)
    if (!whole && objects.length > 1 && final?.kind) endedIn.add(final.kind)
  }
  leaveOut(found, endedIn)
  found.objects.push(...shown.flatMap((each) => (each.whole ? [each.object] : [])))
  found.cut.push(...shown.flatMap((each) => (each.whole ? [] : [each.object])))
  found.objects.push(...eventTable(bare))
  const tables = tableObjects(bare)
  const seen = new Set(found.objects.map((each) => `${each.kind} ${each.metadata.name}`))
  found.objects.push(...tables.judged.filter((each) => !seen.has(`${each.kind} ${each.metadata.name}`)))
  const refusals = [...failuresIn(found.objects), ...refusalsIn(bare)]
  return {
    ...found,
    named: tables.named,
    refusals,
    requests: [...requestsOf(refusals), ...found.objects.flatMap(ofReplicas)],
  }
}

/**
 * Of a list of several kinds, `kubectl get -A` prints one kind after the other. Where the text ends within a kind, more of it was to come:
 * what the others refer to would seem to be missing. So those of that kind are named, and not judged. Events miss nothing to anybody.
 */
function leaveOut(found: { objects: KubeObject[]; cut: KubeObject[] }, endedIn: ReadonlySet<string>) {
  const isOpen = ({ kind }: KubeObject) => kind !== undefined && kind !== 'Event' && endedIn.has(kind)
  if (found.objects.every((object) => isOpen(object) || object.kind === 'Event')) return
  found.cut.unshift(...found.objects.filter(isOpen))
  found.objects = found.objects.filter((object) => !isOpen(object))
}

/** Parses a capture of kind `k8s`: what stands in it, or why the API server gave nothing. */
export function parseKubernetes(capture: Capture, hint?: { as?: string }): Parsed<KubernetesFacts> {
  const { objects, lists, cut, named = [], refusals = [] } = readObjects(capture, hint?.as)
  const kept = objects.filter((object) => object.kind !== 'Status')
  if (kept.length + cut.length + named.length === 0) {
    const [first] = refusals
    if (first) return refused(first, refusals)
    if (lists.length > 0 || capture.lines.some((line) => /^No resources found/.test(line))) return ok({ objects: [] })
    return capture.text.trim() === ''
      ? notOk('unreadable', 'not-recognised', 'nothing was printed')
      : notOk('unreadable', 'bad-layout', 'no Kubernetes object could be read')
  }
  const facts: KubernetesFacts = { objects: [...kept, ...cut, ...named].map(nameOf) }
  if (cut.length > 0) facts.complete = false
  const errors = [...new Set(refusals.map((each) => each.text))]
  return cut.length > 0
    ? ok(facts, { errors, reason: { code: 'cut', text: 'the capture ends within an object' } })
    : ok(facts, { errors })
}

function failuresIn(objects: readonly KubeObject[]): readonly Refusal[] {
  return objects.flatMap((object) => statusRefusal(object) ?? [])
}

function requestsOf(told: readonly Refusal[]): readonly RefusedRequest[] {
  return [...new Set(told.map((each) => each.text))].flatMap((text) => refusedRequest(text) ?? [])
}

function nameOf(object: KubeObject): NamedObject {
  const { name, namespace } = object.metadata
  return { kind: object.kind ?? '', ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) }
}

/** The objects of a document: itself, the items of a list, or a bare array of items. */
function unfold(value: unknown, named: string | undefined, lists: SeenKind[]): KubeObject[] {
  if (Array.isArray(value)) return value.filter(isFields).flatMap((item) => unfold(item, named, lists))
  if (!isFields(value)) return []
  // Ansible's k8s_info answers with a map around the objects.
  if (value.kind === undefined && Array.isArray(value.resources)) return unfold(value.resources, named, lists)
  if (!Array.isArray(value.items)) return asObject(value, named)
  const listKind = word(value.kind)?.replace(/List$/, '')
  const apiVersion = word(value.apiVersion)
  if (listKind !== undefined) lists.push({ group: groupOf(apiVersion), kind: listKind })
  return value.items.filter(isFields).flatMap((item) => {
    const header = listKind && item.kind === undefined ? { kind: listKind, ...(apiVersion ? { apiVersion } : {}) } : {}
    return asObject({ ...header, ...item }, named)
  })
}

function groupOf(apiVersion: string | null): string | null {
  if (apiVersion === null) return null
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
}

function asObject(printed: Fields, named: string | undefined): KubeObject[] {
  const raw = withParts(printed)
  const inferred = word(raw.kind) === null ? inferKind(raw) : null
  const kind = word(raw.kind) ?? named ?? inferred?.kind
  // A list that was cut before its items is no object: objects have names.
  if (kind === undefined || (kind.endsWith('List') && at(raw, 'metadata', 'name') === undefined)) return []
  const apiVersion = word(raw.apiVersion) ?? (kind === inferred?.kind ? inferred.apiVersion : apiVersionOf(kind))
  const [name, namespace] = [word(at(raw, 'metadata', 'name')), word(at(raw, 'metadata', 'namespace'))]
  const metadata = { ...fields(raw.metadata), name: name ?? '', ...(namespace === null ? {} : { namespace }) }
  return [{ ...raw, kind, metadata, ...(apiVersion === undefined ? {} : { apiVersion }) }]
}
