import type { FirstCause } from '@/collectors/run/nccl-tests/facts'
import type { LogLine } from './line'
import type { Signature } from './signature'

/** Different troubles remembered of one capture. */
const MAX_EVENTS = 256

/** Which kind of trouble comes first when several are in the log (nccl.md §3.1, rule 3). First match wins. */
const ORDER: readonly RegExp[] = [
  /^(?:cuda|nvls|mnnvl|gpu)\.|^topo\.nvlink/,
  /^async\.device_fatal$/,
  /^async\.port_error$/,
  /^ib\.port_failover$/,
  /^verbs\.(?:open_failed|lib_missing)$|^topo\.(?:mixed_net_counts|rank_net_count)$|^net\.ib\.disabled_env$/,
  /^verbs\.(?:reg_mr_enomem|create_cq|create_qp)$|^shm\.|^boot\.sysfail$/,
  /^boot\.version_mismatch$|^plugin\.|^ofi\./,
  /^verbs\.modify_qp|^merge\./,
  /^wc\.(?:local_prot|remote_invalid|remote_access)$|^verbs\.reg_mr_other$|^async\.qp_access$/,
  /^wc\./,
  /^boot\.|^mpi\.|^test\.too_few_gpus$/,
  /^(?:torch|msg)\.|^verbs\./,
  /^async\.|^ib\.|^gdr\.|^topo\.|^sharp\.|^collnet\./,
]

interface Event extends FirstCause {
  order: number
}

/** Collects the lines that may be the first cause, each (signature, host, device, peer) once. */
export class FirstCauseFinder {
  private readonly events = new Map<string, Event>()

  add(signature: Signature, line: string, log: LogLine | null, lineNumber: number): void {
    if (!isCandidate(signature)) return
    const event: Event = {
      signature: signature.id,
      severity: signature.severity,
      host: log?.host ?? /^([\w.-]{1,253}): Test /.exec(line)?.[1] ?? null,
      hca: deviceIn(line),
      peer: peerIn(line),
      line: line.trim().slice(0, 600),
      lineNumber,
      order: orderOf(signature.id),
    }
    const key = `${event.signature} ${event.host} ${event.hca} ${event.peer}`
    if (!this.events.has(key) && this.events.size < MAX_EVENTS) this.events.set(key, event)
  }

  /** The first cause; `hostOf` names the host behind an address. Null where only consequences are in the log. */
  find(hostOf: (address: string) => string | null): FirstCause | null {
    const events = [...this.events.values()].sort(
      (a, b) => a.order - b.order || rank(a) - rank(b) || a.lineNumber - b.lineNumber,
    )
    const [first] = events
    if (!first) return null
    const { order: _, ...cause } = first
    const peer = cause.peer === null ? null : (hostOf(cause.peer) ?? cause.peer)
    const hca =
      cause.hca ??
      events.find((event) => event.hca && event.host === first.host && LINKS.test(event.signature))?.hca ??
      null
    return { ...cause, hca: LINKS.test(cause.signature) ? hca : cause.hca, peer }
  }

  /** Hosts, devices and peers that the lines of one signature name. */
  named(signature: string): { hosts: string[]; hcas: string[]; peers: string[] } {
    const events = [...this.events.values()].filter((event) => event.signature === signature)
    const distinct = (values: (string | null)[]) => [...new Set(values.filter((value) => value !== null))]
    return {
      hosts: distinct(events.map((event) => event.host)),
      hcas: distinct(events.map((event) => event.hca)),
      peers: distinct(events.map((event) => event.peer)),
    }
  }
}

/** Signatures that tell of one port: a device named by one of them completes another. */
const LINKS = /^(?:async\.|ib\.|wc\.)/

function isCandidate(signature: Signature): boolean {
  return signature.severity === 'fatal' || signature.severity === 'error' || signature.severity === 'warn'
}

function rank(event: Event): number {
  return event.severity === 'fatal' ? 0 : event.severity === 'error' ? 1 : 2
}

function orderOf(id: string): number {
  const at = ORDER.findIndex((pattern) => pattern.test(id))
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
  return /(?:from peer|remote peer|connect to|connecting to) ([\w.:-]{2,253})<\d+>/.exec(line)?.[1] ?? null
}
