import { sanitiseLine } from '@/lib/sanitise'
import { Findings, fullText, type LogFinding, type Signature, span } from '../logs/findings'
import { readLog } from '../logs/line'

/** What the log of an operator says. */
export interface OperatorLogFacts {
  from: string | null
  to: string | null
  pod: string | null
  /** First line of a Go panic, and the first function of our own below it. */
  panic: { text: string; where: string | null } | null
  /** Pods whose eviction a PodDisruptionBudget refuses: the only place that names them (k8s-formats §20.14). */
  evictionRefused: readonly { namespace: string; pod: string }[]
  /** Nodes that wait for a drain slot. */
  waitingForDrain: readonly string[]
  findings: readonly LogFinding[]
  /** Other error lines, each kind once. */
  errors: readonly LogFinding[]
}

/** Lines of the network and SR-IOV operators. Source: k8s-formats §3.2, §20.13–16. */
const SIGNATURES: readonly Signature[] = [
  { id: 'default-config-missing', severity: 'fail', pattern: /default SriovOperatorConfig object not found/ },
  { id: 'node-in-two-pools', severity: 'fail', pattern: /node is part of more th[ea]n one pool/ },
  { id: 'webhook-objects', severity: 'fail', pattern: /Couldn't sync webhook objects/ },
]
const EVICTION = /error when evicting pods\/"([^"\s]{1,253})" -n "([^"\s]{1,253})".{0,200}disruption budget/
const SLOT = /MaxParallelNodeConfiguration limit reached for draining nodes/
const BENIGN =
  /the object has been modified|Operation cannot be fulfilled|context canceled|StorageError: invalid object/

/** Reads the log of one operator pod; null where none is a log line and nothing panicked. */
export function readOperator(raw: readonly string[], pod: string | null): OperatorLogFacts | null {
  const { lines, other } = readLog(raw)
  const panicAt = other.findIndex((each) => /^(?:panic: |fatal error: )/.test(each.text))
  if (lines.length === 0 && panicAt < 0) return null
  const found = new Findings()
  const errors = new Findings()
  const refused = new Map<string, { namespace: string; pod: string }>()
  const waiting = new Set<string>()
  for (const line of lines) {
    const text = withoutObject(fullText(line))
    const eviction = EVICTION.exec(line.message)
    if (eviction) refused.set(`${eviction[2]}/${eviction[1]}`, { namespace: eviction[2] ?? '', pod: eviction[1] ?? '' })
    const node = line.fields?.node
    if (SLOT.test(line.message) && typeof node === 'string') waiting.add(node)
    const signature = SIGNATURES.find((each) => each.pattern.test(text))
    if (signature) found.add(signature, line, text, null)
    else if (line.level === 'error' && !eviction && !BENIGN.test(text))
      errors.add({ id: line.message.slice(0, 80), severity: 'warn' }, line, text, null)
  }
  return {
    ...span(lines),
    pod,
    panic:
      panicAt < 0
        ? null
        : {
            text: sanitiseLine(other[panicAt]?.text ?? '', 400),
            where: frame(other.slice(panicAt + 1).map((each) => each.text)),
          },
    evictionRefused: [...refused.values()],
    waitingForDrain: [...waiting],
    findings: found.list(),
    errors: errors.list(),
  }
}

/** A whole object printed in Go's way hides the reason behind it: its kind and name are enough. */
function withoutObject(text: string): string {
  const start = text.indexOf('&{map[')
  const end = text.lastIndexOf(']}')
  if (start < 0 || end < start) return text
  const kind = /\bkind:(\w{1,60})/.exec(text.slice(start, end))?.[1] ?? 'object'
  return `${text.slice(0, start)}${kind}${text.slice(end + 2)}`
}

/** The first frame that is not of the Go runtime: where it broke. */
function frame(lines: readonly string[]): string | null {
  const found = lines.find(
    (line) =>
      /^[a-zA-Z0-9_.-]+\/\S{1,300}\(/.test(line) &&
      !/^(?:runtime|testing|sigs\.k8s\.io\/controller-runtime)/.test(line),
  )
  return found === undefined ? null : sanitiseLine(found.replace(/\(0x.*$/, ''), 200)
}
