import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { Findings, fullText, type LogFinding, type Signature, span } from '../logs/findings'
import { type LogLine, readLog } from '../logs/line'

/** What the log of the nv-ipam controller or of a node daemon says. */
export interface IpamLogFacts {
  from: string | null
  to: string | null
  /** Pools that had no block left for a node. */
  noBlock: readonly { pool: string; node: string | null }[]
  /** Pools the controller ignores because they are in another namespace than its own. */
  otherNamespace: readonly { pool: string; namespace: string | null }[]
  /** Pools whose spec the controller refused. */
  invalidPools: readonly string[]
  findings: readonly LogFinding[]
}

/** Lines of nv-ipam. Source: k8s-formats §8 (pkg/ipam-controller, pkg/ipam-node), §20.18. */
const SIGNATURES: readonly Signature[] = [
  { id: 'pool-not-found', severity: 'fail', pattern: /configuration for pool .{1,120} not found/ },
  { id: 'block-full', severity: 'fail', pattern: /no free addresses in the pool/ },
  {
    id: 'already-reserved',
    severity: 'warn',
    pattern: /allocation already exist in the pool|requested IP is already reserved/,
  },
  {
    id: 'daemon-unreachable',
    severity: 'fail',
    pattern: /failed to connect to IPAM daemon|rpc error: code = Unavailable/,
  },
]
const NO_BLOCK = /pool has no free ranges|failed to allocated? (?:IPs on|prefix for) Node: |no free prefixes/
const OTHER_NAMESPACE = /Ignoring notification on (?:IPPool|CIDRPool) from different namespace/
const INVALID = /invalid (?:IPPool|CIDRPool) Spec/

/** Reads a log of nv-ipam (klog text, or JSON of the node daemon). */
export function parseIpamLog(capture: Capture): Parsed<IpamLogFacts> {
  const facts = readIpam(capture.lines)
  if (facts === null) return notOk('unreadable', 'bad-layout', 'no line of nv-ipam was found')
  return ok(facts, { errors: facts.findings.filter((each) => each.severity === 'fail').map((each) => each.text) })
}

/** Reads the lines of one pod; null where none is a log line. */
export function readIpam(raw: readonly string[]): IpamLogFacts | null {
  const { lines } = readLog(raw)
  if (lines.length === 0) return null
  const found = new Findings()
  const noBlock = new Map<string, { pool: string; node: string | null }>()
  const elsewhere = new Map<string, { pool: string; namespace: string | null }>()
  const invalid = new Set<string>()
  for (const line of lines) {
    const pool = poolOf(line)
    if (pool !== null && NO_BLOCK.test(line.message)) {
      const node = nodeOf(line)
      if (node !== null || ![...noBlock.values()].some((each) => each.pool === pool))
        noBlock.set(`${pool} ${node}`, { pool, node })
    }
    if (pool !== null && OTHER_NAMESPACE.test(line.message))
      elsewhere.set(pool, { pool, namespace: field(line, 'namespace') ?? field(line, 'ns') })
    if (pool !== null && INVALID.test(line.message)) invalid.add(pool)
    const text = fullText(line)
    const signature = SIGNATURES.find((each) => each.pattern.test(text))
    if (signature) found.add(signature, line, text, null)
  }
  const named = [...noBlock.values()]
  return {
    ...span(lines),
    noBlock: named.filter(
      (each) => each.node !== null || !named.some((other) => other.pool === each.pool && other.node !== null),
    ),
    otherNamespace: [...elsewhere.values()],
    invalidPools: [...invalid],
    findings: found.list(),
  }
}

function poolOf(line: LogLine): string | null {
  return field(line, 'pool') ?? field(line, 'name')
}

function nodeOf(line: LogLine): string | null {
  const inText = /(?:IPs on|prefix for) Node: ([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)/.exec(line.message)?.[1]
  return field(line, 'node') ?? inText ?? null
}

function field(line: LogLine, key: string): string | null {
  const value = line.fields?.[key]
  return typeof value === 'string' && value !== '' ? value : null
}
