import type { KubeTransport } from '@/collectors/transport/kube/types'
import type { Clock } from '@/lib/agent/ports'
import type { AnyCollector } from '@/lib/collector'
import type { Model } from '@/lib/engine/model'
import type { NodeReport } from '@/lib/report'
import type { Redact } from './intake'
import { logCollectors, readLogs } from './log-reader'

/** A component log is read sooner while something is wrong in a fleet small enough for it (G-16: few requests a second). */
export const LOGS_SEC = 20
const CALM_LOGS_SEC = 120
const SMALL_FLEET = 16
/** Timers ring a little early or late: a round is due a tenth before its time. */
const EARLY = 0.9

export interface ComponentLogsDeps {
  kube: Pick<KubeTransport, 'log'>
  collectors: readonly AnyCollector[]
  model: Model
  reports(): readonly NodeReport[]
  redact: Redact
  clock: Clock
  steadyMs(): number
  collected(collector: string, ok: boolean, seconds: number): void
}

/** Decides when component logs are read. */
export class ComponentLogs {
  private isReading = false
  private readMs = Number.NEGATIVE_INFINITY

  constructor(private readonly deps: ComponentLogsDeps) {}

  /** The next call reads, however long ago the last round was. */
  due(): void {
    this.readMs = Number.NEGATIVE_INFINITY
  }

  /** Reads all logs once, when a round is due and pods are known. */
  async read(signal: AbortSignal): Promise<void> {
    const { kube, model, collectors, redact, clock, steadyMs, collected } = this.deps
    const broken = () => this.deps.reports().flatMap((report) => (report.state === 'pass' ? [] : [report.node]))
    const waitSec = model.nodes().length <= SMALL_FLEET && broken().length > 0 ? LOGS_SEC : CALM_LOGS_SEC
    const isDue = steadyMs() - this.readMs >= waitSec * 1_000 * EARLY
    if (this.isReading || !isDue || model.collection('pods') === undefined) return
    this.isReading = true
    this.readMs = steadyMs()
    try {
      await readLogs(
        logCollectors(collectors),
        {
          kube,
          redact,
          now: () => clock.now().toISOString(),
          steadyMs,
          pods: () => model.collectionFact('pods'),
          suspects: () => new Set(broken()),
          setNode: (node, fact, state) => model.setNodeFact(node, fact, state),
          setCluster: (fact, state) => model.setClusterFact(fact, state),
          nodes: () => model.nodes(),
          collected,
        },
        signal,
      )
    } finally {
      this.isReading = false
    }
  }
}
