import { randomBytes } from 'node:crypto'
import type { NadFact } from '@/collectors/cluster/nad/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { Config } from '@/lib/agent/config-schema'
import type { RunLauncher, RunOptions, RunPlan } from '@/lib/contract/runs'
import { expectedCollective } from '@/lib/expected/nccl-collectives'
import type { Profile } from '@/lib/profile'
import type { Candidate } from '@/lib/runs/candidates'
import { type Chain, chainOf } from '@/lib/runs/chain'
import { manifestText } from '@/lib/runs/manifest'
import { type ManifestInput, ownerKindOf } from '@/lib/runs/manifest-input'
import { PRESETS, titleOf } from '@/lib/runs/presets'
import { guardOf } from './guards'
import { hashOf, newId, PLAN_LIFE_MS } from './plans'
import { filesOf } from './program'
import { rdmaLimits } from './rdma-plan'

type RunsConfig = Config['runs']

export interface PlanInput {
  options: RunOptions
  launcher: RunLauncher
  candidates: readonly Candidate[]
  nodes: readonly NodeFact[]
  nads: readonly NadFact[]
  profile: Profile | null
  config: RunsConfig
  image: string
  now: Date
}

/** Why these options can be no run at all, in one sentence; null when they can. */
export function problemOf(options: RunOptions, candidates: readonly Candidate[], config: RunsConfig): string | null {
  const preset = PRESETS[options.preset]
  const chosen = new Set(options.nodes)
  if (chosen.size !== options.nodes.length) return 'A node is chosen twice.'
  if (chosen.size < preset.nodes.min || chosen.size > preset.nodes.max) {
    const title = titleOf(options.preset, options.collective ?? 'all_reduce', 'auto')
    return `${title} takes ${preset.nodes.min === preset.nodes.max ? preset.nodes.min : `${preset.nodes.min} to ${preset.nodes.max}`} nodes; ${chosen.size} are chosen.`
  }
  if (chosen.size > config.maxNodes) return `At most ${config.maxNodes} nodes per run (runs.maxNodes).`
  const known = new Map(candidates.map((candidate) => [candidate.node, candidate]))
  const missing = options.nodes.find((node) => !known.has(node))
  if (missing !== undefined) return `${missing} is not a node of this fleet.`
  const gpus = options.nodes.map((node) => known.get(node)?.gpusTotal ?? null)
  if (gpus.some((count) => count === null || count === 0)) return 'A chosen node offers no GPUs.'
  if (new Set(gpus).size > 1) return 'The chosen nodes have different numbers of GPUs.'
  const total = gpus.reduce<number>((sum, count) => sum + (count ?? 0), 0)
  return total > config.maxGpus ? `${total} GPUs are more than runs.maxGpus (${config.maxGpus}).` : null
}

/** What the pods get of the fabric: a run within one node needs nothing of it. */
export function chainFor(nodes: readonly NodeFact[], nads: readonly NadFact[]): Chain {
  return nodes.length > 1 ? chainOf(nodes, nads) : { rails: [], shared: null, problem: null }
}

/** What will be applied, with the guard's answers. Creates nothing. */
export function makePlan(input: PlanInput): { plan: RunPlan; input: ManifestInput } {
  const { options, config, candidates } = input
  const chosen = input.nodes.filter((node) => options.nodes.includes(node.name))
  const chain = chainFor(chosen, input.nads)
  const work = workOf(input)
  const gpusOnNode = candidates.find((candidate) => candidate.node === options.nodes[0])?.gpusTotal ?? 0
  // Tests in host memory leave the GPUs alone.
  const takesGpus = work.kind === 'nccl' || work.tests.includes('write-bw-gpu')
  const manifestInput: ManifestInput = {
    runId: newId(),
    namespace: config.namespace,
    work,
    nodes: [...options.nodes],
    hostnames: options.nodes.map((name) => hostnameOf(chosen, name)),
    gpusPerNode: takesGpus ? gpusOnNode : 0,
    rails: chain.rails,
    shared: chain.shared,
    image: input.image,
    deadlineSec: config.deadlineSec,
    priorityClass: config.priorityClass,
    files: filesOf(work),
  }
  return { plan: planOf(input, manifestInput, chain, chosen), input: manifestInput }
}

/** What the pods of a run do. */
function workOf({ options, launcher }: PlanInput): ManifestInput['work'] {
  const preset = PRESETS[options.preset]
  if (preset.kind === 'rdma') return { kind: 'rdma', tests: options.tests ?? ['write-bw', 'write-lat'] }
  return {
    kind: 'nccl',
    launcher,
    collective: options.collective ?? 'all_reduce',
    algorithm: options.algorithm ?? 'auto',
    beginBytes: preset.beginBytes,
    endBytes: Math.max(preset.beginBytes, Math.min(preset.endBytes, options.maxBytes ?? preset.endBytes)),
    iterations: preset.iterations,
  }
}

function planOf(input: PlanInput, manifestInput: ManifestInput, chain: Chain, chosen: readonly NodeFact[]): RunPlan {
  const { options, config } = input
  const { gpusPerNode, work } = manifestInput
  const manifest = manifestText(manifestInput)
  const gpusTotal = gpusPerNode * options.nodes.length
  return {
    planId: randomBytes(16).toString('hex'),
    kind: PRESETS[options.preset].kind,
    owner: ownerKindOf(work),
    hash: hashOf(manifest),
    manifest,
    expiresAt: new Date(input.now.getTime() + PLAN_LIFE_MS).toISOString(),
    nodes: [...options.nodes],
    gpusPerNode,
    gpusTotal,
    gpuMinutesMax: Math.ceil((gpusTotal * config.deadlineSec) / 60),
    deadlineSec: config.deadlineSec,
    image: input.image,
    namespace: config.namespace,
    resources: [
      ...(gpusPerNode > 0
        ? [{ name: 'nvidia.com/gpu', perPod: gpusPerNode, from: 'allocatable of the chosen nodes' }]
        : []),
      ...chain.rails.map((rail) => ({
        name: rail.resource,
        perPod: 1,
        from: `NetworkAttachmentDefinition ${rail.network}`,
      })),
      ...(chain.shared ? [{ name: chain.shared, perPod: 1, from: 'shared RDMA devices of the chosen nodes' }] : []),
    ],
    guard: guardOf({ nodes: options.nodes, kind: PRESETS[options.preset].kind }, input.candidates, chain.problem),
    limits: [...limitsOf(manifestInput), ...rdmaLimits(manifestInput, input.profile)],
    expected: expectedOf(input, manifestInput, chosen),
    stages: [],
  }
}

function limitsOf({ namespace, deadlineSec, priorityClass, work }: ManifestInput): string[] {
  const isMpi = ownerKindOf(work) === 'MPIJob'
  return [
    `Never preempts another pod (PriorityClass ${priorityClass}, preemptionPolicy: Never); waits at most 5 minutes, then gives up.`,
    `Ends by itself after ${Math.round(deadlineSec / 60)} minutes; all its objects are deleted on every ending.`,
    isMpi
      ? `Creates two objects in namespace ${namespace} (MPIJob, ConfigMap); the MPI Operator adds a Service, a ConfigMap, a key for ssh between the pods and the pods, all owned by the MPIJob. Nothing anywhere else.`
      : `Creates three objects in namespace ${namespace} (Job, Service, ConfigMap) and nothing anywhere else.`,
    isMpi
      ? 'No privileged container, no host network, no service account token; capabilities are IPC_LOCK and what sshd needs (SETUID, SETGID, SYS_CHROOT).'
      : 'No privileged container, no host network, no service account token; the only capability is IPC_LOCK.',
  ]
}

function expectedOf(
  input: PlanInput,
  { work, gpusPerNode, rails }: ManifestInput,
  chosen: readonly NodeFact[],
): RunPlan['expected'] {
  if (work.kind !== 'nccl') return null
  const expected = expectedCollective(work.collective, {
    profile: input.profile,
    gpuModel: gpuModelOf(chosen),
    nodes: chosen.length,
    gpusPerNode,
    rails: rails.length || null,
    railRateGbps: input.profile?.railRateGbps?.value ?? null,
    sharp: null,
    ringForced: work.algorithm === 'ring',
  })
  return expected && { busbwGBpsLow: expected.lowGBps, busbwGBpsHigh: expected.highGBps, reasoning: expected.reasoning }
}

/** Value of a node's label kubernetes.io/hostname. */
export function hostnameOf(nodes: readonly NodeFact[], name: string): string {
  return nodes.find((node) => node.name === name)?.labels['kubernetes.io/hostname'] ?? name
}

/** GPU model as the GPU operator labels it, when all chosen nodes agree: `NVIDIA-B200` → `NVIDIA B200`. */
export function gpuModelOf(nodes: readonly NodeFact[]): string | null {
  const models = new Set(nodes.map((node) => node.labels['nvidia.com/gpu.product'] ?? ''))
  const [only] = models
  return models.size === 1 && only ? only.replaceAll('-', ' ') : null
}
