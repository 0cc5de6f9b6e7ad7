import { manifestText } from '@/lib/runs/manifest'
import { algorithmOf, type ChildOf, childInput, type SearchSetup, searchManifest } from '@/lib/runs/search/manifest'
import type { NodeIdentity } from '../facts'
import { type Confirmed, newRecord } from '../new-record'
import { hashOf } from '../plans'
import { filesOf } from '../program'
import type { RunRecordBody } from '../record'
import type { SearchProgress } from './progress'

const filesFor = ({ launcher, collective, beginBytes, endBytes, iterations }: SearchSetup) =>
  filesOf({ kind: 'nccl', launcher, collective, algorithm: 'ring', beginBytes, endBytes, iterations })

/**
 * Why the runs of a search would not be what was confirmed; null when they are. What its template says is made again from what is
 * stored and from the programs of this Cairn, and must be the confirmed text: another version of Cairn may make other objects.
 */
export function whyChanged({ setup, state }: SearchProgress, confirmed: string): string | null {
  return searchManifest(setup, filesFor(setup), state) === confirmed
    ? null
    : 'This version of Cairn would apply something else than what was confirmed: plan the search again'
}

/** Record and manifest of one run of a search, from its confirmed template. */
export function childRun(
  search: RunRecordBody,
  { setup }: SearchProgress,
  child: ChildOf & { about: string | null },
  identities: readonly (NodeIdentity & { node: string })[],
  now: Date,
): { record: RunRecordBody; manifest: string } {
  const input = childInput(setup, filesFor(setup), child)
  const manifest = manifestText(input)
  const count = child.nodes.length
  const plan: Confirmed['plan'] = {
    kind: 'nccl',
    nodes: [...child.nodes],
    gpusPerNode: setup.gpusPerNode,
    image: setup.image,
    namespace: setup.namespace,
    deadlineSec: input.deadlineSec,
    expected: null,
    hash: hashOf(manifest),
    manifest,
  }
  const preset = count === 1 ? 'nccl-1-node' : count === 2 ? 'nccl-2-nodes' : 'nccl-n-nodes'
  const record = newRecord({ plan, input, options: { preset } }, search.by, identities, search.overridden, now)
  const rails = count === 1 ? [] : setup.rails.map((rail) => rail.resource)
  return {
    manifest,
    record: {
      ...record,
      parent: search.id,
      algorithm: algorithmOf(count),
      title: child.rail === null ? record.title : `${record.title}, only rail ${child.rail}`,
      // All rails by name, so that the one it is limited to has its number.
      rails: rails.length,
      railNames: rails,
      onlyRail: child.rail,
      about: child.about,
    },
  }
}
