import type { FirstCause } from '@/collectors/run/nccl-tests/facts'
import { hindersRdmaOnly } from './catalogue'
import type { LogLine } from './line'
import { type Signature, severityOf } from './signature'

/** Different troubles remembered of one capture. */
const MAX_EVENTS = 256

/** Which kind of trouble comes first when several are in the log (nccl.md §3.1, rule 3). First match wins. */
const ORDER: readonly RegExp[] = [
  /^(?:cuda|nvls|mnnvl|gpu)\./,
  /^async\.device_fatal$/,
  /^async\.port_error$/,
  /^ib\.port_failover$/,
  /^verbs\.(?:open_failed|lib_missing)$|^topo\.(?:mixed_net_counts|rank_net_count)$/,
  /^verbs\.(?:reg_mr_enomem|create_cq|create_qp)$|^shm\.|^boot\.sysfail$/,
  /^boot\.version_mismatch$|^plugin\./,
  /^verbs\.modify_qp|^merge\./,
  /^wc\.(?:local_prot|remote_invalid|remote_access)$|^verbs\.reg_mr_other$|^async\.qp_access$/,
  /^wc\./,
  // What keeps a rank from starting comes before what the others print while they wait for it.
  /^boot\.no_iface$|^mpi\.(?:dns|slots|root)$|^test\.too_few_gpus$/,
  /^boot\.(?:bad_family|wrong_magic)$/,
  /^boot\.|^mpi\./,
  /^(?:torch|msg)\.|^verbs\./,
]

/** Kinds that end or spoil a run although their line is no fatal one; all others that are not fatal come after every fatal one. */
const ORIGIN =
  /^(?:cuda\.oom|async\.(?:port_error|qp_access)|ib\.port_failover|verbs\.(?:open_failed|lib_missing|query_failed)|topo\.(?:mixed_net_counts|rank_net_count))$/

/** Lines by which tests and frameworks report what something else broke: their time says nothing of the cause. */
const REPORT = /^(?:test|torch)\./

/** A fatal line so much later than another is no cause of it: longer than the retries of a queue pair last (NCCL_IB_TIMEOUT 20: about 30 s). */
const AFTERMATH_MS = 60_000

interface Event extends FirstCause {
  order: number
  /** When it was printed, ms; null where neither NCCL nor a log collector says. */
  atMs: number | null
}

/** What the finder asks the rest of the capture. */
export interface Surroundings {
  /** Host that published an address; null where none did. */
  hostOf(address: string): string | null
  /** NCCL lists devices all the same: one that does not open belongs to another pod (nccl.md §3 verbs.open_failed). */
  hasDevices: boolean
  /** Nothing went over RDMA or should have: what only hinders RDMA broke nothing. */
  withoutRdma: boolean
}

/** Collects the lines that may be the first cause, each (signature, host, device, peer) once. */
export class FirstCauseFinder {
  private readonly events = new Map<string, Event>()

  /** @param atMs time the line was printed, as far as it tells. */
  add(signature: Signature, line: string, log: LogLine | null, lineNumber: number, atMs: number | null): void {
    const severity = severityOf(signature, line)
    if (severity !== 'fatal' && severity !== 'error' && severity !== 'warn') return
    const event: Event = {
      signature: signature.id,
      severity,
      host: log?.host ?? /^([\w.-]{1,253}): Test /.exec(line)?.[1] ?? null,
      hca: deviceIn(line),
      peer: peerIn(line),
      line: line.trim().slice(0, 600),
      lineNumber,
      order: orderOf(signature.id, severity, line),
      atMs,
    }
    const key = `${event.signature} ${event.host} ${event.hca} ${event.peer}`
    const known = this.events.get(key)
    if (known ? isEarlier(event, known) : this.events.size < MAX_EVENTS) this.events.set(key, event)
  }

  /** The first cause; null where only consequences are in the log. */
  find({ hostOf, hasDevices, withoutRdma }: Surroundings): FirstCause | null {
    const events = [...this.events.values()]
      .filter((event) => !(hasDevices && event.signature === 'verbs.open_failed'))
      .filter((event) => !(withoutRdma && event.severity !== 'fatal' && hindersRdmaOnly(event.signature)))
      .sort((a, b) => a.order - b.order || rank(a) - rank(b) || inTime(a, b))
    const first = events.find((event) => !isAftermath(event, events))
    if (!first) return null
    const { order: _, atMs: __, ...cause } = first
    const peer = cause.peer === null ? null : (hostOf(cause.peer) ?? cause.peer)
    const hca =
      cause.hca ??
      events.find((event) => event.hca && event.host === first.host && LINKS.test(event.signature))?.hca ??
      null
    return {
      ...cause,
      hca: LINKS.test(cause.signature) ? hca : cause.hca,
      peer,
      blamed: pointedAt(first, events, hostOf),
    }
  }
}

/** Signatures that tell of one port: a device named by one of them completes another. */
const LINKS = /^(?:async\.|ib\.|wc\.)/

/** Completions by which this side reports what is wrong on the other: remote access or operation (10, 11), receiver not ready (13). */
const REMOTE = /^wc\.(?:remote_access|rnr_retry)$/

/**
 * The peer, where it is the one to look at: named by a completion that is about it, or (rule 5 of nccl.md §3.1) lost by several hosts.
 * One host that loses a peer, or several peers that are lost, prove nothing of the kind.
 */
function pointedAt(first: Event, events: readonly Event[], hostOf: Surroundings['hostOf']): string | null {
  if (!/^wc\.(?:retry_exceeded|rnr_retry|remote_access)$/.test(first.signature)) return null
  const alike = events.filter((event) => event.signature === first.signature && event.peer !== null)
  const peers = new Set(alike.map((event) => hostOf(event.peer ?? '') ?? event.peer))
  const hosts = new Set(alike.map((event) => event.host))
  const [peer] = peers
  const several = hosts.size > 1 && !hosts.has(null)
  return peers.size === 1 && peer && !hosts.has(peer) && (several || REMOTE.test(first.signature)) ? peer : null
}

/** Long after another fatal line that is no mere report: a consequence of it, whatever its kind. */
function isAftermath(event: Event, events: readonly Event[]): boolean {
  const { atMs } = event
  if (atMs === null) return false
  return events.some(
    (other) =>
      other.severity === 'fatal' &&
      !REPORT.test(other.signature) &&
      other.atMs !== null &&
      other.atMs + AFTERMATH_MS < atMs,
  )
}

/** By time where both lines tell it, else in the order of the capture. */
function inTime(a: Event, b: Event): number {
  const byTime = a.atMs !== null && b.atMs !== null ? a.atMs - b.atMs : 0
  return byTime || a.lineNumber - b.lineNumber
}

function isEarlier(event: Event, known: Event): boolean {
  return event.atMs !== null && known.atMs !== null && event.atMs < known.atMs
}

function rank(event: Event): number {
  return event.severity === 'fatal' ? 0 : event.severity === 'error' ? 1 : 2
}

function orderOf(id: string, severity: string, line: string): number {
  if (severity !== 'fatal' && !ORIGIN.test(id)) return ORDER.length + 1
  // An event of one queue pair is no fault of the whole device.
  const kind = id === 'async.device_fatal' && /async fatal event on (?:QP|CQ|SRQ)/.test(line) ? 'async.qp_access' : id
  const at = ORDER.findIndex((pattern) => pattern.test(kind))
  return at < 0 ? ORDER.length : at
}

/** The RDMA device a line names: `hca mlx5_10`, `on dev mlx5_9:1`, `NET/IB : mlx5_11:1 Got …`, `Unable to open device mlx5_58`. */
function deviceIn(line: string): string | null {
  const named =
    / hca ([\w.-]{1,64})/.exec(line) ??
    / on dev ([\w.-]{1,64}):\d/.exec(line) ??
    /NET\/IBP? ?: ([A-Za-z][\w.-]{0,63}):\d{1,3} (?:Got|GID|speed|async|unknown)/.exec(line) ??
    /(?:open device|collect_ports_data: device) ([\w.-]{1,64})/.exec(line)
  return named?.[1] ?? null
}

/** The peer's address: `from peer 192.0.2.13<53908>`, `connect to 10.244.1.4<47851>`. */
function peerIn(line: string): string | null {
  return /(?:from peer|remote peer|[Cc]onnect to|connecting to) ([\w.:-]{2,253})<\d+>/.exec(line)?.[1] ?? null
}
