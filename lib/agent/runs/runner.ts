import { createKubeTransport } from '@/collectors/transport/kube/transport'
import type { KubeTransport } from '@/collectors/transport/kube/types'
import type { Config } from '@/lib/agent/config-schema'
import type { Log } from '@/lib/agent/log'
import type { Opened } from '@/lib/agent/transports'

/**
 * The identity that creates benchmark runs: its own kubeconfig (deploy/runs.yaml), so that the reader's stays read-only.
 * Without one the reader's is used, and must then hold the runner's rights too.
 */
export async function openRunner(
  config: Config,
  reader: Opened<KubeTransport>,
  log: Log,
): Promise<Opened<KubeTransport>> {
  const { enabled, kubeconfig, context } = config.runs
  if (!enabled) return { transport: null, problem: null }
  if (!kubeconfig && !context) return reader
  try {
    const path = kubeconfig ?? config.cluster.kubeconfig
    const mode = { kind: 'kubeconfig' as const, ...(path ? { path } : {}), ...(context ? { context } : {}) }
    return {
      transport: await createKubeTransport(mode, { onNote: (note) => log.info({ note }, 'runner') }),
      problem: null,
    }
  } catch (error) {
    return { transport: null, problem: error instanceof Error ? error.message : String(error) }
  }
}
