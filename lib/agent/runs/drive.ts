import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import type { KubeTransport } from '@/collectors/transport/kube/types'
import { redact } from '@/lib/redact'
import { auditOf } from './audit'
import { RunDriver } from './driver'
import { identityOf } from './facts'
import { type ClusterNow, candidatesNow, clusterNow, rereadProcesses, whyNotBound } from './guards'
import { keeperOf } from './keeper'
import { readingOf } from './kinds/reading-of'
import { runObjects } from './objects'
import type { RunRecordBody } from './record'
import type { Known, RunsDeps } from './runs'
import { childRun, whyChanged } from './search/child'
import { SearchDriver } from './search/driver'
import { busyNodes, withoutPodsOf } from './search/guard'
import type { SearchProgress } from './search/progress'

/** Of the other workers' logs: the beginning says what NCCL found there, the end of a failed one what it died of. */
const HEAD_BYTES = 512 * 1024
const TAIL_LINES = 400

export interface DriveDeps extends Pick<RunsDeps, 'context' | 'observer'> {
  kube: KubeTransport
  /** Good runs that asked the same of the same nodes, newest first. */
  earlier(): readonly NcclRunResult[]
  onChange(): void
  records(): readonly RunRecordBody[]
  record(id: string): RunRecordBody | null
  /** Stores a run and has it driven. */
  begin(run: Known): Promise<void>
  cancel(id: string): Promise<void>
}

/** Who takes a run to its end: a search, which makes runs of its own, or a run with objects in the cluster. */
export function makeDriver(known: Known, mayCreate: boolean, deps: DriveDeps): RunDriver | SearchDriver {
  const { searching } = known.record
  return searching === null ? runDriver(known, mayCreate, deps) : searchDriver(known, structuredClone(searching), deps)
}

function runDriver({ record, manifest }: Known, mayCreate: boolean, deps: DriveDeps): RunDriver {
  const { kube, context, observer } = deps
  const { namespace } = record
  return new RunDriver(record, mayCreate, {
    objects: runObjects({ kube, namespace, runId: record.id, manifest, audit: auditOf(context, record) }),
    keeper: keeperOf(context.store, record, manifest),
    follow: (pod, onChunk, signal) => kube.followLog(namespace, pod, { container: 'benchmark' }, onChunk, signal),
    now: () => context.clock.now(),
    redact,
    read: () =>
      readingOf(record, {
        now: () => context.clock.now(),
        profile: () => observer.model.profile(record.nodes[0] ?? ''),
        earlier: deps.earlier,
      }),
    bound: (run, pods) => whyNotBound(run, pods, clusterWithout(record.parent, deps)),
    workerLog: async (pod, end) => {
      const options = end ? { tailLines: TAIL_LINES } : { maxBytes: HEAD_BYTES }
      const read = await kube.log(namespace, pod, { container: 'benchmark', ...options })
      return read.status === 'ok' ? read.text : null
    },
    sleep,
    onChange: deps.onChange,
    onError: (error) => context.log.error({ err: error, run: record.id }, 'run'),
  })
}

function searchDriver({ record, manifest }: Known, progress: SearchProgress, deps: DriveDeps): SearchDriver {
  const { context, observer } = deps
  return new SearchDriver(record, progress, {
    keeper: keeperOf(context.store, record, manifest),
    now: () => context.clock.now(),
    sleep,
    onChange: deps.onChange,
    onError: (error) => context.log.error({ err: error, run: record.id }, 'search'),
    child: deps.record,
    launch: (child) => {
      const identities = child.nodes.map((node) => ({ node, ...identityOf(observer, node) }))
      return deps.begin(childRun(record, progress, child, identities, context.clock.now()))
    },
    cancelChild: deps.cancel,
    look: (nodes) => rereadProcesses(observer, nodes),
    busy: (nodes) => {
      const cluster = clusterWithout(record.id, deps)
      const ended = new Map(
        deps
          .records()
          .filter((run) => run.parent === record.id)
          .sort((a, b) => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? ''))
          .flatMap((run) => run.nodes.map((node) => [node, run.finishedAt ?? ''] as const)),
      )
      return busyNodes(nodes, progress.setup, cluster, candidatesNow(observer, cluster, ended))
    },
    changed: () => whyChanged(progress, manifest),
  })
}

/** The cluster as it is now, without pods of runs of a search: those that are over are gone, those that go on were counted. */
function clusterWithout(search: string | null, { context, observer, records }: DriveDeps): ClusterNow {
  const cluster = clusterNow(observer, context.clock.now())
  if (search === null) return cluster
  const own = records().filter((record) => record.parent === search)
  return withoutPodsOf(
    cluster,
    own[0]?.namespace ?? '',
    own.map((record) => record.id),
  )
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
