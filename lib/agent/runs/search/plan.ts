import { randomBytes } from 'node:crypto'
import type { RunPlan } from '@/lib/contract/runs'
import { expectedAllReduce, GRADES } from '@/lib/expected/nccl'
import { chainOf } from '@/lib/runs/chain'
import type { ManifestInput } from '@/lib/runs/manifest-input'
import { ownerKindOf } from '@/lib/runs/manifest-input'
import { PRESETS } from '@/lib/runs/presets'
import { algorithmOf, childInput, type SearchSetup, searchManifest } from '@/lib/runs/search/manifest'
import { SEARCH_MAX_SEC, stagesOf } from '@/lib/runs/search/stages'
import type { SearchState } from '@/lib/runs/search/state'
import { guardOf } from '../guards'
import { gpuModelOf, hostnameOf, type PlanInput } from '../planner'
import { hashOf, newId, PLAN_LIFE_MS } from '../plans'
import { filesOf } from '../program'
import type { SearchProgress } from './progress'

/** A pair measures in well under a minute; this leaves room for one whose NCCL talks TCP. Seconds. */
const GROUP_SEC = 240
/** The first run on a node may have to pull the image. */
const ALONE_SEC = 420
/** From the end of a run until its GPUs are free again. */
const CLEANUP_SEC = 30

/** A search as it would be done, with its cost. Creates nothing. */
export function makeSearchPlan(input: PlanInput): { plan: RunPlan; input: ManifestInput; search: SearchProgress } {
  const { options, config, candidates } = input
  const chosen = input.nodes.filter((node) => options.nodes.includes(node.name))
  const nodes = [...options.nodes].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const chain = chainOf(chosen, input.nads)
  const preset = PRESETS.search
  const setup: SearchSetup = {
    namespace: config.namespace,
    nodes,
    hostnames: nodes.map((name) => hostnameOf(chosen, name)),
    gpusPerNode: candidates.find((candidate) => candidate.node === nodes[0])?.gpusTotal ?? 0,
    rails: [...chain.rails],
    shared: chain.shared,
    image: input.image,
    priorityClass: config.priorityClass,
    launcher: input.launcher,
    collective: options.collective ?? 'all_reduce',
    beginBytes: preset.beginBytes,
    endBytes: Math.max(preset.beginBytes, Math.min(preset.endBytes, options.maxBytes ?? preset.endBytes)),
    iterations: preset.iterations,
    deadlineSec: {
      alone: Math.min(config.deadlineSec, ALONE_SEC),
      group: Math.min(config.deadlineSec, GROUP_SEC),
    },
  }
  const state = stateOf(input, setup)
  const stages = stagesOf(state)
  const dearest = stages.reduce((sum, stage) => sum + stage.gpuMinutesMax, 0)
  state.gpuMinutesMax = Math.min(options.gpuMinutes ?? dearest, dearest)
  const files = filesOf({
    ...preset,
    kind: 'nccl',
    launcher: setup.launcher,
    collective: setup.collective,
    algorithm: 'ring',
  })
  const whole = childInput(setup, files, { runId: newId(), nodes, rail: null })
  const manifest = searchManifest(setup, files, state)
  const gpusTotal = setup.gpusPerNode * nodes.length
  const plan: RunPlan = {
    planId: randomBytes(16).toString('hex'),
    kind: 'search',
    owner: ownerKindOf(whole.work),
    hash: hashOf(manifest),
    manifest,
    expiresAt: new Date(input.now.getTime() + PLAN_LIFE_MS).toISOString(),
    nodes,
    gpusPerNode: setup.gpusPerNode,
    gpusTotal,
    gpuMinutesMax: state.gpuMinutesMax,
    deadlineSec: SEARCH_MAX_SEC,
    image: input.image,
    namespace: config.namespace,
    resources: [
      { name: 'nvidia.com/gpu', perPod: setup.gpusPerNode, from: 'allocatable of the chosen nodes' },
      ...chain.rails.map((rail) => ({
        name: rail.resource,
        perPod: 1,
        from: `NetworkAttachmentDefinition ${rail.network}`,
      })),
      ...(chain.shared ? [{ name: chain.shared, perPod: 1, from: 'shared RDMA devices of the chosen nodes' }] : []),
    ],
    guard: guardOf({ nodes, kind: 'search' }, candidates, chain.problem),
    limits: limitsOf(setup),
    expected: null,
    stages,
  }
  return { plan, input: whole, search: { of: options.of ?? null, setup, state } }
}

function stateOf(input: PlanInput, setup: SearchSetup): SearchState {
  const minutes = (seconds: number) => (seconds + CLEANUP_SEC) / 60
  const { alone, group } = setup.deadlineSec
  return {
    nodes: setup.nodes,
    gpusPerNode: setup.gpusPerNode,
    rails: setup.rails.map((rail) => rail.resource),
    gpuMinutesMax: 0,
    minutes: { alone: minutes(alone), group: minutes(group) },
    floors: {
      alone: floorOf(input, setup, 1, 0),
      pair: floorOf(input, setup, 2, setup.rails.length),
      set: floorOf(input, setup, setup.nodes.length, setup.rails.length),
      rail: floorOf(input, setup, 2, 1),
    },
    runs: [],
    leftOut: [],
  }
}

/**
 * What a group must reach at least, GB/s: below "watch" of the model's low end (nccl.md §4.3). Not from a profile: those list what NCCL
 * reaches by its own choice, and these runs force rings and single rails.
 */
function floorOf(input: PlanInput, setup: SearchSetup, nodes: number, rails: number): number | null {
  if (setup.collective !== 'all_reduce') return null
  const chosen = input.nodes.filter((node) => setup.nodes.includes(node.name))
  const expected = expectedAllReduce({
    profile: null,
    gpuModel: gpuModelOf(chosen),
    nodes,
    gpusPerNode: setup.gpusPerNode,
    rails: rails || null,
    railRateGbps: input.profile?.railRateGbps?.value ?? null,
    sharp: null,
    ringForced: algorithmOf(nodes) === 'ring',
  })
  return expected ? expected.lowGBps * GRADES.watch : null
}

function limitsOf({ namespace, priorityClass, deadlineSec }: SearchSetup): string[] {
  return [
    'Free GPUs are looked for again before every stage: a node that anybody else uses then is left out, and the result says so.',
    `Never preempts another pod (PriorityClass ${priorityClass}, preemptionPolicy: Never).`,
    `Every run ends by itself after ${Math.ceil(Math.max(deadlineSec.alone, deadlineSec.group) / 60)} minutes, and its objects are deleted on every ending. The whole search is given up after ${SEARCH_MAX_SEC / 3_600} hours.`,
    `Every run is the template below with its id, some of the chosen nodes and at most one rail filled in, in namespace ${namespace}; nothing anywhere else.`,
    'No privileged container, no host network, no service account token.',
  ]
}
