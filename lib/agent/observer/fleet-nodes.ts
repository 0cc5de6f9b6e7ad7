import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { NodeTarget } from '@/collectors/transport/types'
import type { Config } from '@/lib/agent/config-schema'
import type { AnyCollector } from '@/lib/collector'
import { isFabricNode } from '@/lib/engine/fabric-node'
import type { FactState } from '@/lib/engine/fact-state'
import type { Model } from '@/lib/engine/model'
import { clusterFact, type NodeObjects, nodeFact } from './node-facts'
import type { NodeWatch, Watches } from './node-watch'
import type { ProfileChooser } from './profiles'
import type { Recorder } from './recorder'
import type { Sweeper } from './sweeper'
import { targetOf } from './targets'

export interface FleetNodesDeps {
  config: Pick<Config, 'ssh'>
  collectors: readonly AnyCollector[]
  model: Model
  objects: NodeObjects
  watches: Watches
  recorder: Recorder
  /** null: SSH is off. */
  sweeper: Sweeper | null
  sshProblem: string | null
  profiles: ProfileChooser
  now(): string
}

/** Who is part of the fleet, where each is reached, which profile each has. */
export class FleetNodes {
  constructor(private readonly deps: FleetNodesDeps) {}

  /** Takes the Node objects as they are now. @returns true when the fleet has other members than before */
  async update(): Promise<boolean> {
    const { model, watches, recorder, sweeper } = this.deps
    const states = new Set((clusterFact(model, 'nodeStates') ?? []).map((state) => state.node))
    const fabric = this.deps.objects.all().filter((node) => isFabricNode(node, states))
    const names = new Set(fabric.map((node) => node.name))
    const before = model.nodes()
    for (const node of fabric) if (this.isOtherMachine(node)) await this.startAnew(node)
    model.setNodes([...names])
    const targets = new Map<string, NodeTarget>()
    for (const node of fabric) {
      const target = this.targetFor(node)
      if (target) targets.set(node.name, target)
      this.updateProfile(node)
      this.noteBoot(node)
      this.withoutRuns(node.name)
    }
    sweeper?.setTargets(targets)
    watches.keepOnly(names)
    await recorder.keepOnly(names)
    return before.length !== names.size || before.some((name) => !names.has(name))
  }

  updateProfile(node: NodeFact): void {
    const product = nodeFact(this.deps.model, node.name, 'host')?.product ?? null
    this.deps.model.setProfile(node.name, this.deps.profiles.choose(node, product))
  }

  private targetFor(node: NodeFact): NodeTarget | null {
    const { sweeper, sshProblem, config, watches } = this.deps
    const answer = sweeper ? targetOf(node, config.ssh) : { off: sshProblem ?? 'SSH is not configured' }
    const watch = watches.of(node.name)
    if ('target' in answer) {
      watch.address = answer.target.address
      watch.user = answer.target.user
      watch.off = null
      return answer.target
    }
    this.switchOff(node.name, watch, answer.off)
    return null
  }

  private switchOff(node: string, watch: NodeWatch, why: string): void {
    if (watch.off === why) return
    watch.off = why
    watch.read = true
    for (const collector of this.deps.collectors)
      if (collector.via === 'node')
        this.deps.model.setNodeFact(node, collector.id, { status: 'unreachable', reason: why, at: null, refs: [] })
  }

  /** Another machine under a known name (F-45): also where the Node object was deleted and made again between two looks. */
  private isOtherMachine(node: NodeFact): boolean {
    const watch = this.deps.watches.of(node.name)
    const before = watch.machineId
    watch.machineId = node.machineId ?? before
    return node.machineId !== null && before !== null && node.machineId !== before
  }

  private async startAnew(node: NodeFact): Promise<void> {
    const { model, watches, recorder } = this.deps
    model.setNodes(model.nodes().filter((name) => name !== node.name))
    watches.forget(node.name)
    watches.of(node.name).machineId = node.machineId
    this.deps.sweeper?.forget(node.name)
    await recorder.startAnew(node.name, {
      node: node.name,
      at: this.deps.now(),
      kind: 'identity',
      level: null,
      check: null,
      from: null,
      to: node.machineId ?? '',
      text: 'Another machine has taken this name: its history begins here',
    })
  }

  /** The kubelet may tell of a boot before the next pass does. */
  private noteBoot(node: NodeFact): void {
    const watch = this.deps.watches.of(node.name)
    const isNew = node.bootId !== null && watch.kubeBootId !== null && node.bootId !== watch.kubeBootId
    watch.kubeBootId = node.bootId ?? watch.kubeBootId
    if (isNew && node.bootId !== watch.bootId) this.deps.sweeper?.soon(node.name)
  }

  /** Runs hand their facts in when they end (lib/agent/runs/facts.ts); until then there is none, for the node and for the cluster. */
  private withoutRuns(node: string): void {
    const { model } = this.deps
    for (const collector of this.deps.collectors) {
      if (collector.via !== 'run') continue
      const reason = 'no run yet'
      const refs = [{ id: `${collector.id}.run`, via: 'run' as const, status: 'absent' as const, at: null, reason }]
      const none: FactState = { status: 'absent', reason, at: null, refs }
      if (!model.nodeFact(node, collector.id)) model.setNodeFact(node, collector.id, none)
      if (!model.otherClusterFact(collector.id)) model.setClusterFact(collector.id, none)
    }
  }
}
