import type { NcclFacts } from './facts'

/** What the run machinery knows of a run; all null or empty for a pasted capture. */
export interface RunContext {
  /** Run id of ours; null for a capture. */
  runId: string | null
  /** ISO time; null for a capture. */
  finishedAt: string | null
  /** Nodes the run was asked to use. */
  requestedNodes: readonly string[]
  /** Node by name of its pod, as ranks and logs name it. */
  nodeByHost: Readonly<Record<string, string>>
  gpusPerNode: number | null
  /** VFs (HCAs) each worker pod was given. */
  hcasAllocatedPerPod: number | null
  image: string | null
  preset: string | null
  /** How the run ended for the machinery; null where unknown. `running` is judged like `cut`: never a pass. */
  outcome: 'succeeded' | 'failed' | 'cut' | 'cancelled' | 'running' | null
  /** SHARP was asked for (NCCL_COLLNET_ENABLE=1 or NCCL_ALGO=CollNet…); null where unknown. */
  sharpRequested: boolean | null
  /** Rail this run was limited to (per-rail split); null for a run over all rails. */
  rail: number | null
}

/** The result of one all-reduce run: what it printed, and what the machinery knows. Stored as `RunRecord.result`. */
export interface NcclRunResult extends NcclFacts, RunContext {
  test: 'nccl'
}

/** Fact `ncclRuns`: runs that touched the node, newest first. One run for a capture. */
export interface NcclRuns {
  runs: readonly NcclRunResult[]
}

/** A run of which only the output is known. */
export function runOfCapture(facts: NcclFacts): NcclRunResult {
  return {
    ...facts,
    test: 'nccl',
    runId: null,
    finishedAt: null,
    requestedNodes: [],
    nodeByHost: {},
    gpusPerNode: gpusPerNode(facts),
    hcasAllocatedPerPod: null,
    image: null,
    preset: null,
    outcome: null,
    sharpRequested: sharpRequested(facts),
    rail: null,
  }
}

/** GPUs a node takes part with, where the device list gives the same number everywhere. */
function gpusPerNode(facts: NcclFacts): number | null {
  const counts = new Set(facts.rankHosts.map((host) => host.ranks))
  const [only] = counts
  return facts.nodes !== null && counts.size === 1 && only !== undefined ? only : null
}

/** Asked for in the environment that ranks print; null where they print nothing of it. */
export function sharpRequested(facts: NcclFacts): boolean | null {
  const setting = (name: string) => facts.environment.find((entry) => entry.name === name)?.values ?? []
  if (setting('NCCL_COLLNET_ENABLE').includes('1')) return true
  if (setting('NCCL_ALGO').some((value) => /collnet/i.test(value))) return true
  return setting('NCCL_COLLNET_ENABLE').includes('0') ? false : null
}

/** True for a stored result of this test. */
export function isNcclRunResult(value: unknown): value is NcclRunResult {
  return (
    typeof value === 'object' &&
    value !== null &&
    'test' in value &&
    value.test === 'nccl' &&
    'signatures' in value &&
    'rows' in value
  )
}
