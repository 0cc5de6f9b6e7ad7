import type { SshConcurrency, SshSettings, SshTimeouts } from '../types'

/** Defaults from the fault matrix (reliability-security-ux §2.4) and the measured concurrency (feasibility §2). */
export const DEFAULT_TIMEOUTS: SshTimeouts = {
  tcp: 5_000,
  handshake: 10_000,
  channel: 5_000,
  hello: 20_000,
  sectionGrace: 5_000,
  nodeBudget: 60_000,
  keepalive: 5_000,
  hungSkip: 3_600_000,
}

export const DEFAULT_CONCURRENCY: SshConcurrency = { cold: 32, warm: 64, dead: 4, perJumpHost: 8 }

/** Settings with every default filled in. */
export interface FullSettings extends SshSettings {
  concurrency: SshConcurrency
  timeouts: SshTimeouts
  maxNodeBytes: number
  maxConnections: number
}

export function withDefaults(settings: SshSettings): FullSettings {
  return {
    ...settings,
    concurrency: { ...DEFAULT_CONCURRENCY, ...settings.concurrency },
    timeouts: { ...DEFAULT_TIMEOUTS, ...settings.timeouts },
    maxNodeBytes: settings.maxNodeBytes ?? 4 * 1024 * 1024,
    maxConnections: settings.maxConnections ?? 2048,
  }
}
