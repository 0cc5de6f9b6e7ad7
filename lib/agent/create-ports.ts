import { collectors } from '@/collectors/index.gen'
import { causes } from '@/lib/causes/index.gen'
import { checks } from '@/lib/checks/index.gen'
import type { RevisionEvent } from '@/lib/contract/api'
import { profiles } from '@/lib/profiles/index.gen'
import { redact } from '@/lib/redact'
import type { AgentContext } from './compose'
import { explainPort } from './explain/port'
import { contactLog } from './observer/contacts'
import { Observer } from './observer/observer'
import { pinsIn } from './observer/pins'
import { fleetView } from './observer/view'
import type { Ports } from './ports'
import { openRunner } from './runs/runner'
import { Runs } from './runs/runs'
import { openKube, openSsh } from './transports'

/** Ties transports, observer, runs and explain to the agent: the ports of the composition root. */
export async function createPorts(context: AgentContext): Promise<Ports> {
  const { config, store, clock, log } = context
  const kube = await openKube(config.cluster, process.env, log)
  const ssh = openSsh(config.ssh, process.env, pinsIn(store))
  if (kube.problem) log.warn({ problem: kube.problem }, 'no Kubernetes')
  if (ssh.problem) log.warn({ problem: ssh.problem }, 'no SSH')
  const runner = await openRunner(config, kube, log)
  const listeners = new Set<(change: RevisionEvent) => void>()
  const announce = (nodes: readonly string[]) => {
    const change: RevisionEvent = {
      revision: observer.recorder.revision(),
      topics: nodes.length > 0 ? ['fleet'] : ['sweeps'],
      nodes: [...nodes],
    }
    for (const listener of listeners) listener(change)
  }
  const onError = (error: unknown) => log.error({ err: error }, 'observer')
  const observer: Observer = new Observer({
    config,
    registry: { collectors, checks, causes },
    profiles,
    kube: kube.transport,
    kubeProblem: kube.problem,
    ssh: ssh.transport,
    sshProblem: ssh.problem,
    store,
    redact,
    clock,
    onError,
    onChange: announce,
    running: (node) => runs.runningLevels(node),
    proof: (node) => runs.proof(node),
    collected: (id, ok, seconds) => context.metrics.collector(id, ok, seconds),
    contacting: contactLog(context.audit, clock, onError),
  })
  const runs = new Runs({ context, kube: runner.transport, kubeProblem: runner.problem, observer })
  const view = fleetView(
    {
      observer,
      store,
      clusterName: config.cluster.name ?? kube.transport?.clusterName ?? 'no cluster',
      now: () => clock.now(),
      runsOf: (node) => runs.runsOf(node),
    },
    listeners,
  )
  return {
    fleet: {
      ...view,
      open: () => observer.start(),
      async close() {
        await observer.stop()
        await ssh.transport?.close()
        await kube.transport?.close()
        if (runner.transport !== kube.transport) await runner.transport?.close()
      },
    },
    runs,
    explain: explainPort,
  }
}
