import type { KubeObject } from '@/lib/collector'
import { toCapture } from './capture'
import type { Explanation, Knowledge } from './explain'
import { fabricNodes } from './fabric-nodes'
import { judgeFacts } from './judge-capture'
import { mergeFact } from './merge-facts'
import { newest } from './newest'
import { operatorLogFacts } from './operator-logs'
import { type CapturePath, type KnownNames, nodeOfPath } from './place'
import type { Gathered } from './together'

/** A capture to be judged with others. */
export interface Placed {
  explanation: Pick<Explanation, 'answer' | 'facts' | 'objects' | 'text'>
  /** Where it lay; a bare name for pasted text. */
  path: CapturePath
}

/** Everything captures say, sorted by whom it is about. */
export interface Gathering {
  facts: Gathered
  /** Which Node objects are judged. */
  isNode(name: string): boolean
  /** Node each capture was taken to be about, in order; null: the whole cluster, or nobody named it. */
  nodes: readonly (string | null)[]
}

/** Rank logs put together are read as one text up to this many characters. */
const MAX_RANKS_TEXT = 64 * 1024 * 1024

/** Puts what several captures say side by side; of two captures of one thing the later one counts. */
export function gather(captures: readonly Placed[], knowledge: Knowledge): Gathering {
  const read = captures.flatMap(({ explanation }) => explanation.objects ?? [])
  const objects = withoutUnseenBackends(newest(read), captures)
  const isNode = fabricNodes(objects)
  const known = knownNames(objects, captures)
  const nodes = captures.map((capture) => nodeOf(capture, known))
  const nodeFacts = new Map<string, Record<string, unknown>>()
  const clusterFacts: Record<string, unknown> = {}
  const add = (node: string, id: string, value: unknown) => {
    const facts = nodeFacts.get(node) ?? {}
    facts[id] = id in facts ? mergeFact(facts[id], value) : value
    nodeFacts.set(node, facts)
  }
  const { together: runs, apart } = runsOf(captures, knowledge)
  // Of several runs of one place the worst counts: nothing says which was later.
  const worst = new Map(captures.map((each) => [each, apart.has(each.explanation) ? worstAlone(each, knowledge) : 0]))
  const order = [...captures.entries()].sort(([, a], [, b]) => (worst.get(a) ?? 0) - (worst.get(b) ?? 0))
  for (const [at, { explanation, path }] of order) {
    if (explanation.answer.kind === 'k8s') {
      const { refusedRequests } = explanation.facts.whole
      if (refusedRequests !== undefined)
        clusterFacts.refusedRequests = [...asList(clusterFacts.refusedRequests), ...asList(refusedRequests)]
      continue
    }
    if (explanation.answer.kind === null) {
      const logs = operatorLogFacts(explanation.text, path.at(-1) ?? '', knowledge.collectors)
      for (const [id, value] of Object.entries(logs)) clusterFacts[id] = [...asList(clusterFacts[id]), ...asList(value)]
      continue
    }
    const whole = runs.has(explanation) ? (runs.get(explanation) ?? {}) : explanation.facts.whole
    for (const [id, value] of Object.entries(whole)) {
      if (isLogFact(id, knowledge)) {
        const logs = withNode(value, nodes[at] ?? null)
        clusterFacts[id] = [...asList(clusterFacts[id]), ...logs]
        for (const log of logs) {
          const node = nodeOfLog(log)
          // A log of nobody's node tells of the cluster; alone, it makes a node of its own.
          if (node !== null || known.nodes.size === 0) add(node ?? '', id, [log])
        }
      } else
        for (const node of targetsOf(explanation, nodes[at] ?? null, known))
          add(node === '' ? (apart.get(explanation) ?? '') : node, id, value)
    }
  }
  const lists = read.flatMap((each) => each.lists)
  return { facts: { objects, lists, nodeFacts, clusterFacts }, isNode, nodes }
}

/** First line of the file that network-operator's sosreport writes about itself. */
const SOSREPORT = /^NVIDIA Network Operator SOS-Report\b/
const WEBHOOK_APPS = ['operator-webhook', 'network-resources-injector']

/**
 * A sosreport holds pods of the components it knows, and no others: the SR-IOV operator's webhooks are in it, the pods behind them are
 * not. Without those pods nothing can be said of the webhooks.
 */
function withoutUnseenBackends(objects: readonly KubeObject[], captures: readonly Placed[]): readonly KubeObject[] {
  if (!captures.some(({ explanation }) => SOSREPORT.test(explanation.text))) return objects
  const app = (object: KubeObject) => object.metadata.labels?.app ?? ''
  const seen = objects.some((object) => object.kind === 'Pod' && WEBHOOK_APPS.includes(app(object)))
  return seen ? objects : objects.filter((object) => !/WebhookConfiguration$/.test(object.kind ?? ''))
}

/** Names that a path may hold. Without any Node object the folders of the captures are taken for nodes. */
function knownNames(objects: readonly KubeObject[], captures: readonly Placed[]): KnownNames {
  const named = objects.flatMap((object) =>
    object.kind === 'Node' || object.kind === 'SriovNetworkNodeState' ? [object.metadata.name] : [],
  )
  const folders = captures.flatMap(({ path }) => (path.length > 1 ? [path[path.length - 2] ?? ''] : []))
  const nodes = new Set((named.length > 0 ? named : folders).filter((name) => name !== ''))
  const nodeOfPod = new Map<string, string>()
  const twice = new Set<string>()
  for (const object of objects) {
    const node = object.kind === 'Pod' ? podNode(object) : null
    if (node === null) continue
    const before = nodeOfPod.get(object.metadata.name)
    if (before !== undefined && before !== node) twice.add(object.metadata.name)
    nodeOfPod.set(object.metadata.name, node)
  }
  for (const name of twice) nodeOfPod.delete(name)
  return { nodes, nodeOfPod }
}

function podNode(object: KubeObject): string | null {
  const { spec } = object
  if (typeof spec !== 'object' || spec === null || !('nodeName' in spec)) return null
  return typeof spec.nodeName === 'string' && spec.nodeName !== '' ? spec.nodeName : null
}

function nodeOf({ explanation, path }: Placed, known: KnownNames): string | null {
  if (explanation.answer.kind === null || explanation.answer.kind === 'k8s') return null
  return nodeOfPath(path, known)
}

/** Nodes a capture's facts are about: where it lay, else the hosts an NCCL log names, else nobody (`''`). */
function targetsOf(explanation: Placed['explanation'], node: string | null, known: KnownNames): readonly string[] {
  if (node !== null) return [node]
  const { rankHosts } = explanation.answer.facts
  const hosts = asList(rankHosts).flatMap((entry) =>
    typeof entry === 'object' && entry !== null && 'host' in entry && typeof entry.host === 'string'
      ? [entry.host]
      : [],
  )
  const named = hosts.flatMap((host) => (known.nodes.has(host) ? [host] : (known.nodeOfPod.get(host) ?? [])))
  return named.length > 0 ? [...new Set(named)] : ['']
}

/** Facts of logs are the cluster's as well as a node's. */
function isLogFact(id: string, knowledge: Knowledge): boolean {
  return knowledge.collectors.some((collector) => collector.id === id && collector.via === 'log')
}

/** Logs that do not name their node get the one they lay under. */
function withNode(value: unknown, node: string | null): readonly unknown[] {
  return asList(value).map((log) =>
    typeof log === 'object' && log !== null && 'node' in log && log.node === null ? { ...log, node } : log,
  )
}

function nodeOfLog(log: unknown): string | null {
  if (typeof log !== 'object' || log === null || !('node' in log)) return null
  return typeof log.node === 'string' ? log.node : null
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value]
}

/** How NCCL captures belong together. */
interface Runs {
  /** Facts of ranks' logs that were read as one run, at the first of them; of the others nothing is left to say. */
  together: ReadonlyMap<Placed['explanation'], Readonly<Record<string, unknown>>>
  /** Captures of different runs, with the name of the place each is judged in where it names no node. */
  apart: ReadonlyMap<Placed['explanation'], string>
}

/**
 * Logs of single ranks are one run: what broke first may stand in any of them. Captures without a result table are read together
 * with the one that has it. Several tables are several runs, and so are logs of which one shows a fault and all together do not: what
 * one capture shows is not talked away by another.
 */
function runsOf(captures: readonly Placed[], knowledge: Knowledge): Runs {
  const mine = captures.filter(
    ({ explanation: { answer, text } }) => answer.kind === 'nccl' && answer.status === 'ok' && text !== '',
  )
  if (mine.length < 2) return { together: new Map(), apart: new Map() }
  const facts = asOneRun(mine, knowledge)
  if (facts && mine.every((capture) => worstAlone(capture, knowledge) <= worstOf(facts, knowledge))) {
    const together = new Map(mine.map(({ explanation }, at) => [explanation, at === 0 ? facts : {}]))
    return { together, apart: new Map() }
  }
  const names = mine.map(({ path }) => path.at(-1) ?? '')
  return {
    together: new Map(),
    apart: new Map(
      mine.map(({ explanation }, at) => {
        const [name = '', before] = [names[at], names.slice(0, at).filter((each) => each === names[at]).length]
        return [explanation, before === 0 ? name : `${name} (${before + 1})`]
      }),
    ),
  }
}

function asOneRun(mine: readonly Placed[], knowledge: Knowledge): Readonly<Record<string, unknown>> | null {
  const texts = mine.map(({ explanation }) => explanation.text)
  const tables = mine.filter(({ explanation }) => explanation.answer.facts.form !== 'log')
  const size = texts.reduce((sum, text) => sum + text.length, 0)
  const format = knowledge.formats.find((each) => each.kind === 'nccl')
  if (!format || tables.length > 1 || size > MAX_RANKS_TEXT) return null
  const parsed = format.parse(toCapture(texts.map((text) => text.replace(/\n?$/, '\n')).join('')))
  // The format's own facts go back into the format: the one place where their type is forgotten in between.
  return parsed.status === 'ok' ? (format.provides?.(parsed.facts as never) ?? {}) : null
}

/** How bad a capture is by itself: 2 it fails, 1 it warns. */
function worstAlone({ explanation }: Placed, knowledge: Knowledge): number {
  return worstOf(explanation.facts.whole, knowledge)
}

function worstOf(whole: Readonly<Record<string, unknown>>, knowledge: Knowledge): number {
  const { verdicts } = judgeFacts({ whole, nodes: [] }, knowledge)
  return Math.max(0, ...verdicts.map(({ status }) => (status === 'fail' ? 2 : status === 'warn' ? 1 : 0)))
}
