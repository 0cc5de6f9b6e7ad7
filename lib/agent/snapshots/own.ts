import type { EffectiveConfig } from '@/lib/agent/config'
import type { Own } from '@/lib/frozen/never'

/**
 * What the configuration says of Cairn itself: paths, users and the API server, which no link may hold (SEC-26), and the machines that are
 * masked like nodes.
 * @param server address of the API server; null when there is none
 */
export function ownOf(config: EffectiveConfig, server: string | null): Own & { hosts: readonly string[] } {
  const hops = [config.ssh, ...config.ssh.overrides].flatMap((target) => target.jump ?? [])
  const targets = [config.ssh, ...config.ssh.overrides, ...hops]
  const paths = [
    config.file,
    config.store.path,
    config.cluster.kubeconfig,
    config.runs.kubeconfig,
    config.ssh.passphraseFile,
    config.ssh.passwordFile,
    ...config.ssh.knownHosts,
    ...targets.flatMap((target) => target.keyFiles ?? []),
  ].filter((path) => path !== undefined && path !== null)
  const url = server !== null && URL.canParse(server) ? new URL(server) : null
  return {
    paths,
    servers: url ? [...new Set([url.host, url.hostname])] : [],
    users: targets.flatMap((target) => target.user ?? []),
    hosts: hops.map((hop) => hop.host),
  }
}
