import type { ReadStatus } from './read'

/** How Cairn's own eyes are on one node: the fact `reach`, made by the engine from what the transports report. Always there. */
export interface ReachFacts {
  /** null: no SSH is configured or needed for this node. */
  ssh: SshReach | null
  /** Sections of the probe, as they last ended. */
  sections: readonly SectionState[]
  /** Kubernetes collections, as they last ended. */
  resources: readonly ResourceState[]
  api: { state: 'ok' | 'unreachable' | 'off'; reason?: string; server: string | null }
  /** Verbs our identity holds beyond the shipped role (SEC-46). */
  excess: readonly string[]
  /** Node clock minus ours, seconds; null when never read. */
  clockSkewSec: number | null
  /** Set when a sweep's answers were thrown away: the machine behind the name changed, or it rebooted while we read. */
  discarded: { kind: 'identity-changed' | 'rebooted-during-read'; text: string } | null
  /** Facts past their budget, with their age. */
  stale: readonly { fact: string; ageSec: number; budgetSec: number }[]
}

export interface SshReach {
  ok: boolean
  /** Last stage that was reached: tcp, banner, kex, host-key, auth, channel, exec, done. */
  stage: string
  code?: string
  reason?: string
  address: string
  user: string
  /** Jump host, when one is used. */
  via?: string
  fingerprint?: string
  /** Sweeps in a row that failed at the same stage. */
  failures: number
}

export interface SectionState {
  id: string
  status: ReadStatus
  reason?: string
  tool?: string
  package?: string
  cut: boolean
  /** Lines a sudoers file needs for this section, without the user. */
  sudo: readonly string[]
}

export interface ResourceState {
  /** `<group>/<plural>`; core group without slash. */
  resource: string
  collector: string
  status: ReadStatus
  reason?: string
  group: string
  plural: string
}
