import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createKubeTransport } from '@/collectors/transport/kube/transport'
import type { KubeMode, KubeTransport } from '@/collectors/transport/kube/types'
import { createSshTransport } from '@/collectors/transport/ssh/transport'
import type { HostKeyStore, NodeTransport } from '@/collectors/transport/types'
import type { Config } from './config-schema'
import type { Log } from './log'

/** A transport, or in words why there is none. */
export type Opened<T> = { transport: T; problem: null } | { transport: null; problem: string | null }

const IN_CLUSTER_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** Where the cluster is: what the configuration says, else a kubeconfig that is there, else the pod's own account; null: nowhere. */
export function kubeMode(
  cluster: Config['cluster'],
  env: Readonly<Record<string, string | undefined>>,
): KubeMode | null {
  if (!cluster.enabled) return null
  const context = cluster.context === undefined ? {} : { context: cluster.context }
  if (cluster.inCluster) return { kind: 'in-cluster' }
  if (cluster.kubeconfig) return { kind: 'kubeconfig', path: cluster.kubeconfig, ...context }
  const usual = env.KUBECONFIG ?? join(homedir(), '.kube', 'config')
  if (usual.split(':').some((path) => existsSync(path))) return { kind: 'kubeconfig', ...context }
  return cluster.inCluster !== false && existsSync(IN_CLUSTER_TOKEN) ? { kind: 'in-cluster' } : null
}

/** Opens the Kubernetes transport; a kubeconfig that cannot be used is a problem in words, not a crash. */
export async function openKube(
  cluster: Config['cluster'],
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<Opened<KubeTransport>> {
  const mode = kubeMode(cluster, env)
  if (!mode) return { transport: null, problem: cluster.enabled ? 'No kubeconfig was found and this is no pod' : null }
  try {
    return {
      transport: await createKubeTransport(mode, { onNote: (note) => log.info({ note }, 'kubernetes') }),
      problem: null,
    }
  } catch (error) {
    return { transport: null, problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Opens the SSH transport: off without a user or a key. */
export function openSsh(
  ssh: Config['ssh'],
  env: Readonly<Record<string, string | undefined>>,
  pins: HostKeyStore,
): Opened<NodeTransport> {
  if (!ssh.enabled) return { transport: null, problem: 'SSH is switched off in the configuration' }
  const agentSocket = ssh.agent ? env.SSH_AUTH_SOCK : undefined
  const keyFiles = ssh.keyFiles ?? []
  if (!ssh.user && !ssh.overrides.some((override) => override.user))
    return { transport: null, problem: 'No SSH user is configured (ssh.user in cairn.yaml)' }
  if (keyFiles.length === 0 && !agentSocket)
    return { transport: null, problem: 'No SSH key: set ssh.keyFiles in cairn.yaml, or run an ssh-agent' }
  try {
    const transport = createSshTransport({
      keyFiles,
      ...(agentSocket ? { agentSocket } : {}),
      ...(ssh.passphraseFile ? { passphraseFile: ssh.passphraseFile } : {}),
      knownHostsFiles: ssh.knownHosts.filter((path) => existsSync(path)),
      hostKeyPolicy: ssh.hostKeys === 'strict' ? 'strict' : 'tofu',
      tofuStore: pins,
      concurrency: { warm: ssh.connections },
    })
    return { transport, problem: null }
  } catch (error) {
    return { transport: null, problem: error instanceof Error ? error.message : String(error) }
  }
}
