import type { RunOptions, RunPlan } from '@/lib/contract/runs'
import { titleOf } from '@/lib/runs/presets'
import { waitingMatrix } from '@/lib/runs/rdma-schedule'
import type { NodeIdentity } from './facts'
import type { KeptPlan } from './plans'
import type { RunRecordBody } from './record'

/** What a record is made of: a plan that was confirmed, or a run of a confirmed search. */
export interface Confirmed extends Pick<KeptPlan, 'input' | 'search'> {
  plan: Pick<
    RunPlan,
    'kind' | 'nodes' | 'gpusPerNode' | 'image' | 'namespace' | 'deadlineSec' | 'expected' | 'hash' | 'manifest'
  >
  options: Pick<RunOptions, 'preset'>
}

/** The record of a run that was confirmed just now, before anything of it exists. */
export function newRecord(
  { plan, input, options, search }: Confirmed,
  by: string,
  identities: readonly (NodeIdentity & { node: string })[],
  overridden: string | null,
  now: Date,
): RunRecordBody {
  const { work } = input
  const railNames = input.rails.map((rail) => rail.resource)
  const nccl = work.kind === 'nccl' ? work : ({ collective: 'all_reduce', algorithm: 'auto', launcher: 'job' } as const)
  return {
    id: input.runId,
    kind: plan.kind,
    title: `${titleOf(options.preset, nccl.collective, nccl.algorithm)}: ${plan.nodes.join(', ')}`,
    preset: options.preset,
    collective: nccl.collective,
    algorithm: nccl.algorithm,
    launcher: nccl.launcher,
    parent: null,
    state: 'starting',
    phase: 'created',
    waiting: null,
    nodes: [...plan.nodes],
    gpusPerNode: plan.gpusPerNode,
    rails: input.rails.length,
    railNames,
    onlyRail: null,
    about: null,
    image: plan.image,
    namespace: plan.namespace,
    by,
    createdAt: now.toISOString(),
    startedAt: null,
    finishedAt: null,
    deadlineAt: new Date(now.getTime() + plan.deadlineSec * 1_000).toISOString(),
    expected: plan.expected,
    verdict: null,
    sentence: null,
    facts: [],
    environment: [],
    matrix: work.kind === 'rdma' ? waitingMatrix(plan.nodes, railNames, work.tests) : null,
    search: null,
    searching: search ?? null,
    firstError: null,
    cleanup: null,
    hash: plan.hash,
    jobUid: null,
    createTriedAt: null,
    created: false,
    bootIds: Object.fromEntries(
      identities.flatMap(({ node, bootId }) => (bootId === null ? [] : [[node, bootId] as const])),
    ),
    versions: Object.fromEntries(identities.map(({ node, versions }) => [node, { ...versions }])),
    nodeByHost: {},
    overridden,
    ending: null,
    result: null,
    logLines: 0,
  }
}
