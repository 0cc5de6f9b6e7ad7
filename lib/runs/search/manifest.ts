import { stringify } from 'yaml'
import { z } from 'zod'
import { type runAlgorithm, runCollective, runLauncher } from '@/lib/contract/runs'
import { manifestObjects } from '../manifest'
import type { ManifestInput } from '../manifest-input'
import { costOf, type SearchState } from './state'

/** What all runs of a search have in common; kept with it, so that a restarted agent makes the same runs. */
export const searchSetup = z.object({
  namespace: z.string(),
  nodes: z.array(z.string()),
  /** Value of the label kubernetes.io/hostname, in the order of `nodes`. */
  hostnames: z.array(z.string()),
  gpusPerNode: z.number(),
  rails: z.array(z.object({ resource: z.string(), network: z.string() })),
  shared: z.string().nullable(),
  image: z.string(),
  priorityClass: z.string(),
  launcher: runLauncher,
  collective: runCollective,
  beginBytes: z.number(),
  endBytes: z.number(),
  iterations: z.number(),
  /** Deadline of a run on one node, which may have to pull the image first, and of every other; seconds. */
  deadlineSec: z.object({ alone: z.number(), group: z.number() }),
})
export type SearchSetup = z.output<typeof searchSetup>

/** One run of a search, with its place in it. */
export interface ChildOf {
  runId: string
  nodes: readonly string[]
  rail: string | null
}

/** Groups of several nodes measure the network, hence rings; one node by itself measures what NCCL chooses (nccl.md §5.7). */
export function algorithmOf(nodes: number): z.output<typeof runAlgorithm> {
  return nodes === 1 ? 'auto' : 'ring'
}

/**
 * The manifest of one run of a search: the confirmed template with run id, nodes and rail filled in, and nothing else.
 * @throws RangeError for a node or rail that was not confirmed
 */
export function childInput(setup: SearchSetup, files: ManifestInput['files'], child: ChildOf): ManifestInput {
  const hostnames = child.nodes.map((node) => setup.hostnames[setup.nodes.indexOf(node)] ?? refuse(node))
  const rails = child.rail === null ? setup.rails : setup.rails.filter((rail) => rail.resource === child.rail)
  if (rails.length === 0 && child.rail !== null) refuse(child.rail)
  return filled(setup, files, { runId: child.runId, nodes: child.nodes, hostnames, rails })
}

function refuse(what: string): never {
  throw new RangeError(`${what} is no part of the confirmed search`)
}

function filled(
  setup: SearchSetup,
  files: ManifestInput['files'],
  own: Pick<ManifestInput, 'runId' | 'nodes' | 'hostnames' | 'rails'>,
): ManifestInput {
  const { namespace, gpusPerNode, image, priorityClass, launcher, collective, beginBytes, endBytes, iterations } = setup
  const isAlone = own.nodes.length === 1
  return {
    ...own,
    namespace,
    gpusPerNode,
    image,
    priorityClass,
    files,
    // A run within one node needs nothing of the fabric.
    rails: isAlone ? [] : own.rails,
    shared: isAlone ? null : setup.shared,
    deadlineSec: isAlone ? setup.deadlineSec.alone : setup.deadlineSec.group,
    work: {
      kind: 'nccl',
      launcher,
      collective,
      algorithm: algorithmOf(own.nodes.length),
      beginBytes,
      endBytes,
      iterations,
    },
  }
}

const RUN = '<id of the run>'

/**
 * What a person confirms: nodes, budget, and the objects of every kind of run with placeholders for run id, nodes and rail. Everything
 * but the owner is the same for all kinds and stands once, at the end.
 */
export function searchManifest(
  setup: SearchSetup,
  files: ManifestInput['files'],
  limits: Pick<SearchState, 'gpuMinutesMax' | 'minutes' | 'gpusPerNode'>,
): string {
  const count = setup.nodes.length
  const nodes = (size: number) => Array.from({ length: size }, (_, at) => `<node ${at + 1}>`)
  const of = (size: number, rails: ManifestInput['rails']) =>
    manifestObjects(filled(setup, files, { runId: RUN, nodes: nodes(size), hostnames: nodes(size), rails }))
  const oneRail = [{ resource: '<resource of the rail>', network: '<network of the rail>' }]
  const kinds: [string, ReturnType<typeof of>][] = [
    ['One node alone', of(1, [])],
    ['Two nodes', of(2, setup.rails)],
    ...(setup.rails.length > 1 ? [['Two nodes over one rail', of(2, oneRail)] as [string, ReturnType<typeof of>]] : []),
    ...(count > 2
      ? [
          [`Up to ${count} nodes (completions and parallelism are their number)`, of(count, setup.rails)] as [
            string,
            ReturnType<typeof of>,
          ],
        ]
      : []),
  ]
  const [, [, ...shared]] = kinds[0] ?? ['', [{}]]
  const head = [
    `Search over ${setup.nodes.map((node, at) => nameOf(node, setup.hostnames[at])).join(', ')}`,
    `At most ${limits.gpuMinutesMax} GPU-minutes in all; no run is started that could exceed them`,
    `A run takes at most ${costOf(limits, 1)} GPU-minutes on one node, ${costOf(limits, 2)} on two`,
    ...setup.rails.map((rail) => `Rail ${rail.resource} from ${rail.network}`),
  ]
  const text = (object: object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })
  return [
    comment(head),
    ...kinds.map(([title, [owner]]) => comment([title]) + text(owner)),
    ...shared.map((object) => comment(['The same for every run']) + text(object)),
  ].join('---\n')
}

function nameOf(node: string, hostname: string | undefined): string {
  return hostname === undefined || hostname === node ? node : `${node} (${hostname})`
}

/** Names come from the cluster: one line each, whatever they hold. */
function comment(lines: readonly string[]): string {
  return lines.map((line) => `# ${line.replaceAll(/[\r\n]/g, ' ')}\n`).join('')
}
