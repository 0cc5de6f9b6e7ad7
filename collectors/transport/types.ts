import type { NodeRead, RawRead } from '@/lib/read'

/** A bastion in front of nodes: reached once, shared by all nodes behind it. */
export interface JumpTarget {
  address: string
  port: number
  user: string
}

/** Where a node's sshd is. `node` is the Kubernetes name, `address` what we connect to. */
export interface NodeTarget {
  node: string
  address: string
  port: number
  user: string
  jump?: JumpTarget
}

/** One read as a section of the probe script; `id` is `<collector>.<read>`. */
export interface Section {
  id: string
  read: NodeRead
}

/** How far we got, in order. `done`: the probe answered to the end. */
export type ReachStage = 'tcp' | 'banner' | 'kex' | 'host-key' | 'auth' | 'channel' | 'exec' | 'done'

/** What stopped us; stable words for checks and causes. */
export type ReachCode =
  | 'UNRESOLVED'
  | 'BAD_TARGET'
  | 'SSH_REFUSED'
  | 'SSH_NO_ROUTE'
  | 'SSH_CONNECT_TIMEOUT'
  | 'SSH_NO_BANNER'
  | 'NOT_SSH'
  | 'SSH_KEX_TIMEOUT'
  | 'SSH_KEX_FAILED'
  | 'SSH_WEAK_ALGORITHMS'
  | 'HOST_KEY_UNKNOWN'
  | 'HOST_KEY_CHANGED'
  | 'HOST_KEY_REVOKED'
  | 'HOST_CERT_UNSUPPORTED'
  | 'KEY_UNUSABLE'
  | 'SSH_AUTH'
  | 'CHANNEL_REFUSED'
  | 'CHANNEL_TIMEOUT'
  | 'EXEC_REFUSED'
  | 'NO_PROBE'
  | 'FRAMING'
  | 'SSH_LOST'
  | 'JUMP_FAILED'
  | 'ABORTED'

/** Outcome of reaching a node; `reason` is one harmless sentence. */
export interface Reach {
  ok: boolean
  stage: ReachStage
  code?: ReachCode
  reason?: string
  /** The jump host, `user@address:port`, when there is one: nodes failing behind it share one cause. */
  via?: string
  /** SHA-256 fingerprint of the host key the node presented. */
  fingerprint?: string
  /** Fingerprints that known_hosts or the pin store has instead (HOST_KEY_CHANGED). */
  expectedFingerprints?: readonly string[]
  durationMs: number
}

/**
 * Who answered. `bootId !== bootIdAfter`: the node rebooted while it was read, and the whole snapshot must be discarded (F-24).
 * Fields the node could not tell are ''.
 */
export interface Identity {
  bootId: string
  machineId: string
  hostname: string
  uptimeSec: number
  /** The node's own clock at the start of the probe, ISO 8601. */
  clockIso: string
  /** '' when the probe did not get to its end. */
  bootIdAfter: string
  /** Numeric user id the probe ran as; 0 is root. */
  uid: number | null
  /** `installed`: a forced command ran the node's own copy; `current: false` when it is out of date, null when unknown. */
  probe: { mode: 'installed' | 'sent'; digest: string; current: boolean | null }
}

/** One pass over one node: always complete (each section has an outcome), whatever failed. */
export interface SweepResult {
  node: string
  reach: Reach
  identity: Identity | null
  sections: Record<string, RawRead>
  startedAt: string
  durationMs: number
}

export interface SweepOptions {
  lane: 'fast' | 'slow'
  signal?: AbortSignal
  /** A person asked ("verify again"): ignore back-off and skipped sections. */
  force?: boolean
  /** Called as each section ends, before the sweep does. Must not throw. */
  onSection?(id: string, raw: RawRead): void
}

/** A way to run the probe on nodes: SSH, or later a pod. Never rejects: failures are outcomes. */
export interface NodeTransport {
  sweep(target: NodeTarget, sections: readonly Section[], options: SweepOptions): Promise<SweepResult>
  /** Connections open now, jump hosts included. */
  connections(): number
  close(): Promise<void>
}

/** Pins of first-seen host keys. `name` is as in known_hosts (`host` or `[host]:port`), `key` is `type base64`. */
export interface HostKeyStore {
  get(name: string): Promise<string | null> | string | null
  put(name: string, key: string): Promise<void> | void
}

/** Every field of `timeouts`, milliseconds. */
export interface SshTimeouts {
  /** TCP connect, or the jump host's channel (F-02). */
  tcp: number
  /** From TCP open to authenticated, whatever trickles in (F-03…F-05). */
  handshake: number
  /** Opening a session channel (F-13). */
  channel: number
  /** From exec to the probe's first frame. */
  hello: number
  /** Added to a section's own limit before we give it up from outside (F-14). */
  sectionGrace: number
  /** Whole fast lane of a node. The slow lane gets the sum of its sections' limits. */
  nodeBudget: number
  /** Keep-alive interval; the peer is lost after three unanswered (F-23). 0: off. */
  keepalive: number
  /** A section that timed out twice is left alone for so long, or until the node's next boot (F-25). */
  hungSkip: number
}

export interface SshConcurrency {
  /** Connections being set up. */
  cold: number
  /** Probes running on open connections, per lane. */
  warm: number
  /** Attempts at hosts that did not answer last time. */
  dead: number
  /** Unauthenticated handshakes at once through one jump host. */
  perJumpHost: number
}

/** Settings of the SSH transport. Unset fields have the defaults of `ssh/settings.ts`. */
export interface SshSettings {
  /** Private keys, tried in order. */
  keyFiles: readonly string[]
  /** Path of an ssh-agent socket. */
  agentSocket?: string
  /** File whose first line is the passphrase of encrypted keys. */
  passphraseFile?: string
  knownHostsFiles: readonly string[]
  /** `strict` (default): unknown keys are refused; `tofu`: the first key is pinned in `tofuStore`. Never accept-any. */
  hostKeyPolicy: 'strict' | 'tofu'
  tofuStore?: HostKeyStore
  /** Every section there is: tells whether a probe installed on a node is the current one. */
  catalogue?: readonly Section[]
  concurrency?: Partial<SshConcurrency>
  timeouts?: Partial<SshTimeouts>
  /** Cap on all output of a node in one sweep, bytes; default 4 MiB (SEC-45). */
  maxNodeBytes?: number
  /** Open connections kept between sweeps; the longest idle go first. Default 2048. */
  maxConnections?: number
}
