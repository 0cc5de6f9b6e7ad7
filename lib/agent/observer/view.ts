import type { FleetView } from '@/lib/agent/ports'
import { refuse } from '@/lib/agent/refusal'
import type { Store } from '@/lib/agent/store/open'
import { loadTransitions } from '@/lib/agent/store/transitions'
import type { Cause } from '@/lib/cause'
import type { AnyCheck } from '@/lib/check'
import type { Fleet, FleetNode, NodePage, RevisionEvent } from '@/lib/contract/api'
import type { NodeReport } from '@/lib/report'
import { catalogueOf } from './catalogue'
import { doctorItems } from './doctor'
import { evidencePage } from './evidence-page'
import { countStates, groupCauses, sharedAttributes, tileOf } from './fleet-page'
import type { Observer } from './observer'
import { attributesOf } from './traits'

type Runs = NodePage['runs']

export interface ViewDeps {
  observer: Observer
  store: Store
  clusterName: string
  now(): Date
  runsOf(node: string): Promise<Runs>
}

/** The observed fleet as the contract words it; reads memory, and the store for what is long ago. */
export function fleetView(deps: ViewDeps, listeners: Set<(change: RevisionEvent) => void>): FleetView {
  const { observer } = deps
  const { recorder, model, sweeper } = observer
  const { checks, causes, collectors } = model.registry
  const catalogue = catalogueOf(checks)
  const tile = (report: NodeReport): FleetNode =>
    tileOf(report, attributesOf(report.node, observer.sources(report.node)))
  const summaries = () => groupCauses(recorder.all())

  const view: FleetView = {
    revision: () => recorder.revision(),
    tickAt: () => (sweeper ? sweeper.tickAt() : deps.now().toISOString()),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    fleet(asked): Fleet {
      const reports = recorder.all()
      // What left before that is not known any more: only the whole fleet is the truth then.
      const since = asked !== null && recorder.knows(asked) ? asked : null
      const changed = since === null ? reports : reports.filter((report) => report.revision > since)
      const { kube } = observer.deps
      return {
        revision: recorder.revision(),
        full: since === null,
        cluster: { name: deps.clusterName, context: kube?.context ?? null, server: kube?.server ?? null },
        at: deps.now().toISOString(),
        counts: countStates(reports),
        nodes: changed.map(tile).sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
        removed: since === null ? [] : [...recorder.removedSince(since)],
        causes: summaries(),
        sweep: sweeper?.current() ?? null,
        liveness: { ...view.liveness(), store: storeState(deps.store) },
      }
    },
    async node(name) {
      const report = recorder.report(name)
      if (!report) return null
      const sources = observer.sources(name)
      const shared = new Map(summaries().map((cause) => [cause.signature, cause.nodeCount]))
      return {
        report: asSent(report),
        sharedBy: Object.fromEntries(report.causes.map((cause) => [cause.signature, shared.get(cause.signature) ?? 1])),
        address: observer.watch(name)?.address ?? sources.node?.addresses[0]?.address ?? null,
        facts: factRows(attributesOf(name, sources), sources.host?.bootedAt ?? null, report.bootId),
        timeline: await loadTransitions(deps.store.db, name),
        runs: await deps.runsOf(name),
        verifying: [...(sweeper?.verifying(name) ?? [])],
        at: deps.now().toISOString(),
      }
    },
    async evidence(node, checkId) {
      const check = checks.find((each) => each.id === checkId)
      const judged = recorder.report(node)?.checks.find((each) => each.id === checkId)
      if (!check || !judged) return null
      const facts = model.table(check.scope === 'cluster' ? null : node, deps.now().toISOString())
      return evidencePage({
        db: deps.store.db,
        node,
        check,
        judged,
        collectors,
        facts,
        context: observer.deps.kube?.context ?? null,
      })
    },
    causes: summaries,
    cause(signature) {
      const cause = summaries().find((each) => each.signature === signature)
      if (!cause) return null
      const known: Cause | undefined = causes.find((each) => each.id === cause.id)
      const reports = recorder.all()
      const has = (report: NodeReport) => report.causes.some((each) => each.signature === signature)
      const here = reports.filter(has).map(tile)
      const fix = reports.find(has)?.causes.find((each) => each.signature === signature)?.fix ?? []
      return {
        cause,
        why: known?.why ?? '',
        refs: [...(known?.refs ?? [])],
        fix: [...fix],
        nodes: here.map(({ name, state, firstBroken, headline, readAt }) => ({
          name,
          state,
          firstBroken,
          headline,
          readAt,
        })),
        inCommon: sharedAttributes(here, reports.filter((report) => !has(report)).map(tile)),
      }
    },
    checks: () => catalogue(recorder.all()),
    liveness() {
      const resources = observer.resources()
      const { kube, kubeProblem, ssh } = observer.deps
      const failed = resources.filter((resource) => resource.status === 'unreachable' || resource.status === 'timeout')
      const isDown = resources.length > 0 && failed.length === resources.length
      const state = !kube ? (kubeProblem ? 'down' : 'off') : isDown ? 'down' : failed.length > 0 ? 'stale' : 'live'
      const reason = kubeProblem ?? failed[0]?.reason
      return {
        kube: {
          state,
          since: state === 'live' ? null : observer.heardAt(),
          ...(reason === undefined || state === 'live' ? {} : { reason }),
        },
        ssh: { state: ssh ? 'live' : 'off', connections: ssh?.connections() ?? 0 },
      }
    },
    doctor: async () =>
      doctorItems({
        kube: observer.deps.kube,
        kubeProblem: observer.deps.kubeProblem,
        review: observer.review(),
        resources: observer.resources(),
        sshEnabled: observer.deps.ssh !== null,
        sshProblem: observer.deps.sshProblem,
        connections: observer.deps.ssh?.connections() ?? 0,
        reports: recorder.all(),
      }),
    async verify(node, checkId, by) {
      if (!recorder.report(node)) throw refuse('no-such-node', { node })
      const check = checkId === null ? null : checks.find((each) => each.id === checkId)
      if (check === undefined) throw refuse('no-such-check', { check: checkId ?? '' })
      const wanted = check === null ? null : nodeReadsOf(check, collectors)
      if (wanted === null || wanted.length > 0) sweeper?.verify(node, wanted)
      model.markDirty(node)
      return { id: `v-${node}-${by.user}-${deps.now().getTime().toString(36)}` }
    },
    async sweep(by) {
      const nothing = {
        id: 'none',
        startedAt: deps.now().toISOString(),
        finishedAt: deps.now().toISOString(),
        total: 0,
        done: 0,
        unreachable: 0,
        by: by.user,
      }
      return sweeper?.sweepAll(by.user) ?? nothing
    },
  }
  return view
}

/** Node reads behind a check: what "verify again" repeats. */
function nodeReadsOf(check: AnyCheck, collectors: Observer['model']['registry']['collectors']): string[] {
  const ids = [...check.needs, ...(check.wants ?? [])]
  return collectors.flatMap((collector) =>
    collector.via === 'node' && ids.some((id) => id === collector.id)
      ? Object.keys(collector.reads).map((read) => `${collector.id}.${read}`)
      : [],
  )
}

function factRows(
  attributes: Readonly<Record<string, string>>,
  bootedAt: string | null,
  bootId: string | null,
): NodePage['facts'] {
  const rows = Object.entries(attributes).map(([label, value]) => ({ label, value }))
  if (bootedAt) rows.push({ label: 'booted', value: bootedAt })
  if (bootId) rows.push({ label: 'boot id', value: bootId })
  return rows
}

/** The contract's types are inferred from zod and know no `readonly`; nothing writes to what is sent. */
function asSent(report: NodeReport): NodePage['report'] {
  return report as NodePage['report']
}

function storeState(store: Store): Fleet['liveness']['store'] {
  const { state, reason } = store.health()
  return { state, ...(reason === undefined ? {} : { reason }) }
}
