import { join } from 'node:path'
import { collectors } from '@/collectors/index.gen'
import { createKubeTransport } from '@/collectors/transport/kube/transport'
import { createSshTransport } from '@/collectors/transport/ssh/transport'
import { openAudit } from '@/lib/agent/audit'
import { loadConfig } from '@/lib/agent/config'
import { createLog } from '@/lib/agent/log'
import { Observer } from '@/lib/agent/observer/observer'
import type { Clock } from '@/lib/agent/ports'
import { Runs } from '@/lib/agent/runs/runs'
import { openStore } from '@/lib/agent/store/open'
import { causes } from '@/lib/causes/index.gen'
import { checks } from '@/lib/checks/index.gen'
import { profiles } from '@/lib/profiles/index.gen'
import { redact } from '@/lib/redact'
import type { Lab } from './lab/lab'

/** Observer and runs over one store, as the composition root ties them. */
export interface RunAgent {
  observer: Observer
  runs: Runs
  close(): Promise<void>
}

/** Starts an agent beside a lab, over what an earlier one left in `folder`. */
export async function startRunAgent(
  lab: Lab,
  folder: string,
  clock: Clock,
  onError: (error: unknown) => void,
): Promise<RunAgent> {
  const config = loadConfig(lab.configPath, {})
  const kube = await createKubeTransport({ kind: 'kubeconfig', path: join(folder, 'kubeconfig') })
  const runner = await createKubeTransport({ kind: 'kubeconfig', path: join(folder, 'runner.kubeconfig') })
  const ssh = createSshTransport({
    keyFiles: [join(folder, 'id_ed25519')],
    knownHostsFiles: [join(folder, 'known_hosts')],
    hostKeyPolicy: 'strict',
  })
  const store = openStore(join(folder, 'store', 'cairn.db'), clock)
  const trail = openAudit(join(folder, 'audit.jsonl'), clock)
  const observer: Observer = new Observer({
    config,
    registry: { collectors, checks, causes },
    profiles,
    kube,
    kubeProblem: null,
    ssh,
    sshProblem: null,
    store,
    redact,
    clock,
    onError,
    onChange: () => undefined,
    running: (node) => runs.runningLevels(node),
    proof: (node) => runs.proof(node),
  })
  const metrics = { collector: () => undefined }
  const runs: Runs = new Runs({
    context: { config, store, clock, log: createLog(undefined, 'error'), audit: trail, metrics },
    kube: runner,
    kubeProblem: null,
    observer,
  })
  await observer.start()
  await runs.open()
  return {
    observer,
    runs,
    async close() {
      await runs.close()
      await observer.stop()
      await Promise.all([kube.close(), runner.close(), ssh.close()])
      await store.close()
      trail.close()
    },
  }
}
