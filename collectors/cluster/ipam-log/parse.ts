import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { sanitiseLine } from '@/lib/sanitise'
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
  /** Pools whose spec the controller refused, and why. */
  invalidPools: readonly { pool: string; reason: string | null }[]
  /** Pools whose block on this node, or whereabouts ranges, had no free address when last asked. */
  full: readonly { pool: string; words: string }[]
  /** Pools that networks name and the node daemon has no configuration of. */
  unknownPools: readonly { pool: string; poolType: string | null }[]
  findings: readonly LogFinding[]
}

/** Lines of nv-ipam. Source: k8s-formats §8 (pkg/ipam-controller, pkg/ipam-node), §20.18. */
const SIGNATURES: readonly Signature[] = [
  { id: 'pool-not-found', severity: 'fail', pattern: /configuration for pool .{1,120} not found/ },
  { id: 'block-full', severity: 'fail', pattern: /no free addresses in the |Could not allocate IP in range/ },
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
  { id: 'bad-pool-config', severity: 'fail', pattern: /invalid (?:pool config|config for pool)/ },
  { id: 'store', severity: 'fail', pattern: /checksum mismatch|store lock is held by a different process/ },
]
/** nv-ipam names the pool (since 0.2 in quotes and with its type), whereabouts the range. */
const FULL =
  /no free addresses in the pool \\?"?([\w.-]{1,253})|Could not allocate IP in range: .{1,120}? \/ range: (\S{1,60})/
const FULL_CLOSED = new RegExp(`(?:${FULL.source})(?=[\\\\",]| /)`)
const UNKNOWN = /configuration for pool \\?"?([\w.-]{1,253}?)\\?"?(?:, poolType \\?"(\w{1,20})\\?")? not found/
const CONFIGURED = /^(?:IPPool|CIDRPool) config updated/
const NO_BLOCK = /pool has no free ranges|failed to allocated? (?:IPs on|prefix for) Node: |no free prefixes/
const OTHER_NAMESPACE = /Ignoring notification on (?:IPPool|CIDRPool) from different namespace/
const INVALID =
  /invalid (?:IPPool|CIDRPool) Spec|(?:IPPool|CIDRPool) has invalid (?:config|allocation for the node), ignore|^invalid pool config/

/** Reads a log of nv-ipam (klog text, JSON of the node daemon, its CNI plug-in) or of whereabouts. */
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
  const invalid = new Map<string, string | null>()
  const full = new Map<string, string>()
  const unknown = new Map<string, string | null>()
  for (const line of lines) {
    const pool = poolOf(line)
    if (pool !== null && NO_BLOCK.test(line.message)) {
      const node = nodeOf(line)
      if (node !== null || ![...noBlock.values()].some((each) => each.pool === pool))
        noBlock.set(`${pool} ${node}`, { pool, node })
    }
    if (pool !== null && /^(?:range|prefix) allocated/.test(line.message)) noBlock.delete(`${pool} ${nodeOf(line)}`)
    if (pool !== null && OTHER_NAMESPACE.test(line.message))
      elsewhere.set(pool, { pool, namespace: field(line, 'namespace') ?? field(line, 'ns') })
    if (pool !== null && INVALID.test(line.message))
      invalid.set(pool, field(line, 'err') ?? field(line, 'error') ?? field(line, 'reason'))
    const text = fullText(line)
    // On an unterminated line a name counts where something stands behind it.
    const certain = line.whole || field(line, 'err') !== null
    const [, none, range] = (certain ? FULL : FULL_CLOSED).exec(text) ?? []
    const out = none ?? range ?? (certain && /no free addresses in the allocated range/.test(text) ? pool : null)
    if (out && !full.has(out)) full.set(out, sanitiseLine(text, 300))
    const [, missing, type] = (certain || text.endsWith(' not found') ? UNKNOWN.exec(text) : null) ?? []
    if (missing !== undefined) unknown.set(missing, type ?? null)
    // What the daemon could do later is overcome.
    if (pool !== null && line.message === 'IP address allocated') full.delete(pool)
    if (pool !== null && CONFIGURED.test(line.message)) {
      unknown.delete(pool)
      invalid.delete(pool)
    }
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
    invalidPools: [...invalid].map(([pool, reason]) => ({ pool, reason })),
    full: [...full].map(([pool, words]) => ({ pool, words })),
    unknownPools: [...unknown].map(([pool, poolType]) => ({ pool, poolType })),
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
