import { randomBytes } from 'node:crypto'
import type { NadFact } from '@/collectors/cluster/nad/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { Config } from '@/lib/agent/config-schema'
import type { RunOptions, RunPlan } from '@/lib/contract/runs'
import { expectedAllReduce } from '@/lib/expected/nccl'
import type { Profile } from '@/lib/profile'
import type { Candidate } from '@/lib/runs/candidates'
import { chainOf } from '@/lib/runs/chain'
import { type ManifestInput, manifestText } from '@/lib/runs/manifest'
import { PRESETS } from '@/lib/runs/presets'
import { hashOf, newId, PLAN_LIFE_MS } from './plans'

type RunsConfig = Config['runs']

export interface PlanInput {
  options: RunOptions
  candidates: readonly Candidate[]
  nodes: readonly NodeFact[]
  nads: readonly NadFact[]
  profile: Profile | null
  config: RunsConfig
  image: string
  now: Date
  program: string
  entry: string
}

/** Why these options can be no run at all, in one sentence; null when they can. */
export function problemOf(options: RunOptions, candidates: readonly Candidate[], config: RunsConfig): string | null {
  const preset = PRESETS[options.preset]
  const chosen = new Set(options.nodes)
  if (chosen.size !== options.nodes.length) return 'A node is chosen twice.'
  if (chosen.size < preset.nodes.min || chosen.size > preset.nodes.max)
    return `${preset.title} takes ${preset.nodes.min === preset.nodes.max ? preset.nodes.min : `${preset.nodes.min} to ${preset.nodes.max}`} nodes; ${chosen.size} are chosen.`
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

/** What will be applied, with the guard's answers. Creates nothing. */
export function makePlan(input: PlanInput): { plan: RunPlan; input: ManifestInput } {
  const { options, config } = input
  const preset = PRESETS[options.preset]
  const chosen = input.nodes.filter((node) => options.nodes.includes(node.name))
  const chain = options.nodes.length > 1 ? chainOf(chosen, input.nads) : { rails: [], shared: null, problem: null }
  const gpusPerNode = input.candidates.find((candidate) => candidate.node === options.nodes[0])?.gpusTotal ?? 0
  const manifestInput: ManifestInput = {
    runId: newId(),
    namespace: config.namespace,
    preset,
    endBytes: Math.max(preset.beginBytes, Math.min(preset.endBytes, options.maxBytes ?? preset.endBytes)),
    nodes: [...options.nodes],
    hostnames: options.nodes.map((name) => hostnameOf(chosen, name)),
    gpusPerNode,
    rails: chain.rails,
    shared: chain.shared,
    image: input.image,
    deadlineSec: config.deadlineSec,
    priorityClass: config.priorityClass,
    program: input.program,
    entry: input.entry,
  }
  const manifest = manifestText(manifestInput)
  const gpusTotal = gpusPerNode * options.nodes.length
  const expected = expectedAllReduce({
    profile: input.profile,
    gpuModel: gpuModelOf(chosen),
    nodes: options.nodes.length,
    gpusPerNode,
    rails: chain.rails.length || null,
    railRateGbps: input.profile?.railRateGbps?.value ?? null,
    sharp: null,
    ringForced: false,
  })
  const plan: RunPlan = {
    planId: randomBytes(16).toString('hex'),
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
      { name: 'nvidia.com/gpu', perPod: gpusPerNode, from: 'allocatable of the chosen nodes' },
      ...chain.rails.map((rail) => ({
        name: rail.resource,
        perPod: 1,
        from: `NetworkAttachmentDefinition ${rail.network}`,
      })),
      ...(chain.shared ? [{ name: chain.shared, perPod: 1, from: 'shared RDMA devices of the chosen nodes' }] : []),
    ],
    guard: guardOf(options, input.candidates, chain.problem),
    limits: [
      `Never preempts another pod (PriorityClass ${config.priorityClass}, preemptionPolicy: Never); waits at most 5 minutes, then gives up.`,
      `Ends by itself after ${Math.round(config.deadlineSec / 60)} minutes; all its objects are deleted on every ending.`,
      `Creates three objects in namespace ${config.namespace} (Job, Service, ConfigMap) and nothing anywhere else.`,
      'No privileged container, no host network, no service account token; the only capability is IPC_LOCK.',
    ],
    expected: expected
      ? { busbwGBpsLow: expected.lowGBps, busbwGBpsHigh: expected.highGBps, reasoning: expected.reasoning }
      : null,
  }
  return { plan, input: manifestInput }
}

/** Guards of a plan; asked again at the moment of confirmation. Levels may be overridden by an admin, GPUs in use never. */
export function guardOf(
  options: Pick<RunOptions, 'nodes'>,
  candidates: readonly Candidate[],
  chainProblem: string | null,
): RunPlan['guard'] {
  const chosen = candidates.filter((candidate) => options.nodes.includes(candidate.node))
  const busy = chosen.filter((candidate) => !candidate.eligible && candidate.blockedLevel === null)
  const broken = chosen.filter((candidate) => candidate.blockedLevel !== null)
  return [
    {
      id: 'gpus-free',
      ok: busy.length === 0,
      overridable: false,
      text:
        busy.length === 0
          ? 'All GPUs of the chosen nodes are free'
          : busy.map((candidate) => `${candidate.node}: ${candidate.reason}`).join('; '),
    },
    {
      id: 'levels',
      ok: broken.length === 0,
      overridable: true,
      text:
        broken.length === 0
          ? 'No chosen node is broken below the benchmark'
          : broken.map((candidate) => `${candidate.node}: ${candidate.reason}`).join('; '),
    },
    {
      id: 'rails',
      ok: chainProblem === null,
      overridable: true,
      text: chainProblem ?? 'Rails come from the cluster’s own chain',
    },
  ]
}

function hostnameOf(nodes: readonly NodeFact[], name: string): string {
  return nodes.find((node) => node.name === name)?.labels['kubernetes.io/hostname'] ?? name
}

/** GPU model as the GPU operator labels it, when all chosen nodes agree: `NVIDIA-B200` → `NVIDIA B200`. */
function gpuModelOf(nodes: readonly NodeFact[]): string | null {
  const models = new Set(nodes.map((node) => node.labels['nvidia.com/gpu.product'] ?? ''))
  const [only] = models
  return models.size === 1 && only ? only.replaceAll('-', ' ') : null
}
