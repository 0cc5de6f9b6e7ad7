import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { FleetView } from './ports'

/** What Cairn tells Prometheus of itself and of the fleet; docs/metrics.md is written from these texts. */
export interface Metrics {
  /** One run of a collector (DESIGN §6). */
  collector(id: string, ok: boolean, seconds: number): void
  http(route: string, method: string, status: number, seconds: number): void
  text(): Promise<string>
}

/** Makes the registry. Fleet values are taken when Prometheus asks. */
export function createMetrics(sources: {
  fleet: Pick<FleetView, 'checks' | 'fleet' | 'liveness'>
  runStates(): Promise<readonly { state: string }[]>
  storeWritable(): boolean
  streams(): number
}): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  new Gauge({
    name: 'cairn_check_status',
    help: 'Nodes by check and state (pass, warn, fail, unknown, blocked, skip)',
    labelNames: ['check', 'level', 'state'],
    registers,
    collect() {
      this.reset()
      for (const check of sources.fleet.checks()) {
        for (const [state, count] of Object.entries(check.counts))
          this.set({ check: check.id, level: check.level, state }, count)
      }
    },
  })
  new Gauge({
    name: 'cairn_nodes',
    help: 'Nodes by state of their required levels',
    labelNames: ['state'],
    registers,
    collect() {
      const { total: _, ...counts } = sources.fleet.fleet(Number.MAX_SAFE_INTEGER).counts
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count)
    },
  })
  new Gauge({
    name: 'cairn_cause_nodes',
    help: 'Nodes that have a cause',
    labelNames: ['cause', 'level'],
    registers,
    collect() {
      this.reset()
      for (const cause of sources.fleet.fleet(Number.MAX_SAFE_INTEGER).causes)
        this.inc({ cause: cause.id, level: cause.level }, cause.nodeCount)
    },
  })
  new Gauge({
    name: 'cairn_ssh_connections',
    help: 'Open SSH connections',
    registers,
    collect() {
      this.set(sources.fleet.liveness().ssh.connections)
    },
  })
  new Gauge({
    name: 'cairn_kubernetes_live',
    help: '1 while the Kubernetes watch is live',
    registers,
    collect() {
      this.set(sources.fleet.liveness().kube.state === 'live' ? 1 : 0)
    },
  })
  new Gauge({
    name: 'cairn_store_writable',
    help: '1 while the store takes writes',
    registers,
    collect() {
      this.set(sources.storeWritable() ? 1 : 0)
    },
  })
  new Gauge({
    name: 'cairn_event_streams',
    help: 'Open event streams',
    registers,
    collect() {
      this.set(sources.streams())
    },
  })
  new Gauge({
    name: 'cairn_runs',
    help: 'Benchmark runs kept, by state',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset()
      for (const run of await sources.runStates()) this.inc({ state: run.state })
    },
  })
  const collectorOk = new Counter({
    name: 'cairn_collector_success_total',
    help: 'Runs of a collector by result',
    labelNames: ['collector', 'success'],
    registers,
  })
  const collectorTime = new Histogram({
    name: 'cairn_collector_duration_seconds',
    help: 'Time a collector took for one node or collection',
    labelNames: ['collector'],
    buckets: [0.001, 0.01, 0.1, 0.5, 1, 5, 20, 60],
    registers,
  })
  const httpTime = new Histogram({
    name: 'cairn_http_request_duration_seconds',
    help: 'Requests to the agent by route of the table',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
    registers,
  })

  return {
    collector: (id, ok, seconds) => {
      collectorOk.inc({ collector: id, success: String(ok) })
      collectorTime.observe({ collector: id }, seconds)
    },
    http: (route, method, status, seconds) => httpTime.observe({ route, method, status: String(status) }, seconds),
    text: () => registry.metrics(),
  }
}
