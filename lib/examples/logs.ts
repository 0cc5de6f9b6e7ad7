/** Facts of component logs for the examples of checks and causes. */
import type { ConfigDaemonLogFacts } from '@/collectors/cluster/config-daemon-log/parse'

/** A config daemon log without anything to say. */
export function aDaemonLog(differs: Partial<ConfigDaemonLogFacts> = {}): ConfigDaemonLogFacts {
  return {
    from: null,
    to: null,
    node: 'dgx030',
    starts: [],
    totalVfsChanges: [],
    firmwareWrites: [],
    reboots: [],
    findings: [],
    errors: [],
    settled: false,
    ...differs,
  }
}
