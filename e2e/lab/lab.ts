import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { collectors } from '@/collectors/index.gen'
import { OPERATOR_NAMESPACES, RUN_NAMESPACE, RUNNER_RULES, readerRules } from '@/scripts/gen-rbac'
import { createLabApi } from './kube/api'
import type { LabApi } from './kube/types'
import { playKubelet } from './kubelet/kubelet'
import { writeTree } from './nodes/tree'
import { keyOf } from './scenario/objects'
import type { Scenario, Stage, World } from './scenario/scenario'
import { type LabHost, type LabSsh, startLabSsh } from './ssh/server'

/** Where benchmark runs live: every cluster that applied `deploy/rbac.yaml` has it. */
const RUNS = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: RUN_NAMESPACE } }

/** Endings of a benchmark run that the lab can play. */
export const RUN_OUTCOMES = ['succeed', 'socket', 'pull-error', 'crash', 'slow-rail', 'dead-pair'] as const
export type RunOutcome = (typeof RUN_OUTCOMES)[number]

/** What a bad node does to the runs it shares with others. */
export interface NodeFault {
  share: number
  /** Resource of the only rail that is bad. */
  rail?: string
}

/** A running simulated cluster. */
export interface Lab {
  scenario: Scenario
  api: LabApi
  ssh: LabSsh
  /** A `cairn.yaml` that points at this cluster. */
  configPath: string
  stage(): Stage
  /** Repairs the current stage; false when nothing is broken any more. */
  repair(): boolean
  /** Goes to a stage by id. @throws RangeError for an unknown one. */
  goTo(id: string): void
  /** Switches a machine off (its sshd stops answering) or on again. */
  power(node: string, on: boolean): void
  /** How benchmark runs end from now on. */
  nextRun(how: RunOutcome): void
  /** Makes a node spoil every run it shares with others: `share` of the bandwidth is left, 0: NCCL fails. Null heals it. */
  spoil(node: string, fault: NodeFault | null): void
  close(): Promise<void>
}

export interface LabOptions {
  scenario: Scenario
  /** Folder for trees, keys and configuration. */
  folder: string
  apiPort?: number
  sshPort?: number
  /** Milliseconds of each phase of a benchmark run, and between its rows. */
  phaseMs?: number
  rowMs?: number
}

/** Starts a scenario at its first stage: a Kubernetes API over HTTP and SSH nodes, all on loopback. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { scenario, folder } = options
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let at = 0
  const stageAt = (index: number): Stage => {
    const stage = scenario.stages[index]
    if (!stage) throw new RangeError(`the scenario ${scenario.id} has no stage ${index}`)
    return stage
  }
  const treeOf = (name: string) => join(folder, 'nodes', name)
  const templateOf = (id: string) => join(folder, 'templates', id)
  const hosts = (of: World): Map<string, LabHost> =>
    new Map([
      ...of.nodes.map((node): [string, LabHost] => [node.name, { address: node.address, root: treeOf(node.name) }]),
      ...(of.replicas ?? []).map((each): [string, LabHost] => [
        each.name,
        { address: each.address, root: templateOf(each.template), words: each.words },
      ]),
    ])
  let world = stageAt(at).world()
  const write = (of: World): void => {
    for (const node of of.nodes) writeTree(treeOf(node.name), node)
    for (const { id, spec } of of.templates ?? []) writeTree(templateOf(id), spec)
  }
  write(world)
  const api = await createLabApi({
    objects: [RUNS, ...world.objects],
    logs: world.logs,
    crds: CRDS,
    port: options.apiPort,
  })
  const ssh = await startLabSsh({
    port: options.sshPort,
    hosts: [...hosts(world).values()],
  })

  for (const each of world.replicas ?? []) if (each.off) ssh.setHost({ address: each.address, root: null })

  let outcome: RunOutcome = 'succeed'
  const faults = new Map<string, NodeFault>()
  const stopKubelet = playKubelet(api, {
    phaseMs: options.phaseMs ?? 700,
    rowMs: options.rowMs ?? 450,
    plateauGBps: 700,
    hcas: [20, 28, 36, 44, 52, 60, 68, 76].map((number) => `mlx5_${number}`),
    outcome: () => outcome,
    shareOf: (nodes, rails) =>
      nodes.length < 2
        ? 1
        : Math.min(
            1,
            ...nodes.flatMap((node) => {
              const fault = faults.get(node)
              return fault && (fault.rail === undefined || rails.includes(fault.rail)) ? [fault.share] : []
            }),
          ),
  })

  const show = (next: World): void => {
    write(next)
    const kept = new Set(next.objects.map(keyOf))
    for (const object of world.objects) {
      const { namespace, name } = object.metadata
      if (!kept.has(keyOf(object))) api.remove({ kind: object.kind ?? '', ...(namespace ? { namespace } : {}), name })
    }
    for (const object of next.objects) {
      // A component that was restarted has a new pod, and with it a new log.
      const log = Object.keys(next.logs).find((key) =>
        key.startsWith(`${object.metadata.namespace}/${object.metadata.name}/`),
      )
      const restarted = object.kind === 'Pod' && log !== undefined && next.logs[log]?.join() !== world.logs[log]?.join()
      if (restarted) api.remove({ kind: 'Pod', namespace: object.metadata.namespace ?? '', name: object.metadata.name })
      api.apply(object)
      if (!restarted || log === undefined) continue
      const [namespace = '', pod = '', container = ''] = log.split('/')
      api.appendLog(namespace, pod, container, next.logs[log] ?? [])
    }
    world = next
  }

  return {
    scenario,
    api,
    ssh,
    configPath: writeConfig(folder, api, ssh),
    stage: () => stageAt(at),
    repair() {
      if (stageAt(at).repair === null) return false
      at += 1
      show(stageAt(at).world())
      return true
    },
    goTo(id) {
      const index = scenario.stages.findIndex((stage) => stage.id === id)
      const stage = stageAt(index)
      at = index
      show(stage.world())
    },
    power(name, on) {
      const host = hosts(world).get(name)
      if (!host) throw new RangeError(`no machine is called ${name}`)
      ssh.setHost(on ? host : { ...host, root: null })
    },
    nextRun(how) {
      outcome = how
    },
    spoil(node, fault) {
      if (fault) faults.set(node, fault)
      else faults.delete(node)
    },
    async close() {
      stopKubelet()
      await ssh.close()
      await api.close()
    },
  }
}

/** Operator kinds that a cluster with NVIDIA's operators serves, also where it has no object of them. */
const CRDS = [
  'nicclusterpolicies.mellanox.com',
  'hostdevicenetworks.mellanox.com',
  'macvlannetworks.mellanox.com',
  'ipoibnetworks.mellanox.com',
  'sriovnetworknodestates.sriovnetwork.openshift.io',
  'sriovnetworknodepolicies.sriovnetwork.openshift.io',
  'sriovnetworks.sriovnetwork.openshift.io',
  'sriovibnetworks.sriovnetwork.openshift.io',
  'sriovoperatorconfigs.sriovnetwork.openshift.io',
  'sriovnetworkpoolconfigs.sriovnetwork.openshift.io',
  'network-attachment-definitions.k8s.cni.cncf.io',
  'ippools.nv-ipam.nvidia.com',
  'cidrpools.nv-ipam.nvidia.com',
]

/** Keys and the configuration an agent needs to watch this cluster, exactly as a person would write it for a real one. */
function writeConfig(folder: string, api: LabApi, ssh: LabSsh): string {
  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const config = {
    cluster: { name: 'lab', kubeconfig: write('kubeconfig', api.kubeconfig(readerToken(api))) },
    ssh: {
      user: 'cairn',
      port: ssh.port,
      agent: false,
      keyFiles: [write('id_ed25519', ssh.clientKey)],
      knownHosts: [write('known_hosts', `${ssh.knownHosts}\n`)],
    },
    runs: {
      kubeconfig: write('runner.kubeconfig', api.kubeconfig(runnerToken(api))),
      images: { nccl: IMAGE, rdma: RDMA_IMAGE },
    },
    store: { path: join(folder, 'store') },
  }
  return write('cairn.yaml', stringify(config))
}

/** An image name by digest; nothing is pulled in the lab. */
const IMAGE = 'nvcr.io/nvidia/pytorch@sha256:5b2c6f3a7e1d4c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f403'

/** Holds perftest, rdma-core and Python 3. */
const RDMA_IMAGE = 'nvcr.io/nvidia/doca/doca@sha256:8d1e6b0c5f2a4978b3c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f504'

/** The shipped read-only role: collectors' kinds, and operators' logs. */
function readerToken(api: LabApi): string {
  const reads = collectors.flatMap((collector) => (collector.via === 'kube' ? [collector.read] : []))
  const logs = OPERATOR_NAMESPACES.map((namespace) => ({
    apiGroups: [''],
    resources: ['pods/log'],
    verbs: ['get'],
    namespace,
  }))
  return api.addIdentity({ user: 'system:serviceaccount:cairn:cairn-reader', rules: [...readerRules(reads), ...logs] })
}

/** The shipped runner role, in the namespace of runs only. */
function runnerToken(api: LabApi): string {
  return api.addIdentity({
    user: 'system:serviceaccount:cairn:cairn-runner',
    rules: RUNNER_RULES.map((rule) => ({ ...rule, namespace: RUN_NAMESPACE })),
  })
}
