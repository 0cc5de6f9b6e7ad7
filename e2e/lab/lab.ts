import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { createLabApi } from './kube/api'
import type { LabApi } from './kube/types'
import { writeTree } from './nodes/tree'
import { keyOf } from './scenario/objects'
import type { Scenario, Stage, World } from './scenario/scenario'
import { type LabSsh, startLabSsh } from './ssh/server'

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
  close(): Promise<void>
}

export interface LabOptions {
  scenario: Scenario
  /** Folder for trees, keys and configuration. */
  folder: string
  apiPort?: number
  sshPort?: number
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
  const off = new Set<string>()
  let world = stageAt(at).world()
  for (const node of world.nodes) writeTree(treeOf(node.name), node)
  const api = await createLabApi({ objects: world.objects, logs: world.logs, crds: CRDS, port: options.apiPort })
  const ssh = await startLabSsh({
    port: options.sshPort,
    hosts: world.nodes.map((node) => ({ address: node.address, root: treeOf(node.name) })),
  })

  const show = (next: World): void => {
    for (const node of next.nodes) writeTree(treeOf(node.name), node)
    const kept = new Set(next.objects.map(keyOf))
    for (const object of world.objects) {
      const { namespace, name } = object.metadata
      if (!kept.has(keyOf(object))) api.remove({ kind: object.kind ?? '', ...(namespace ? { namespace } : {}), name })
    }
    for (const object of next.objects) api.apply(object)
    for (const [key, lines] of Object.entries(next.logs)) {
      const [namespace = '', pod = '', container = ''] = key.split('/')
      api.appendLog(namespace, pod, container, lines)
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
      const node = world.nodes.find((each) => each.name === name)
      if (!node) throw new RangeError(`no machine is called ${name}`)
      if (on) off.delete(name)
      else off.add(name)
      ssh.setHost({ address: node.address, root: on ? treeOf(name) : null })
    },
    async close() {
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
    cluster: { kubeconfig: write('kubeconfig', api.kubeconfig()) },
    ssh: {
      user: 'cairn',
      port: ssh.port,
      agent: false,
      keyFiles: [write('id_ed25519', ssh.clientKey)],
      knownHosts: [write('known_hosts', `${ssh.knownHosts}\n`)],
    },
    store: { path: join(folder, 'store') },
  }
  return write('cairn.yaml', stringify(config))
}
