import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collectors } from '@/collectors/index.gen'
import { writeTree } from '@/e2e/lab/nodes/tree'
import { fleetScenario } from '@/e2e/lab/scenario/fleet'
import type { World } from '@/e2e/lab/scenario/scenario'
import { childEnvironment } from '@/e2e/lab/ssh/server'
import { type AnyNodeCollector, nodeCollectors } from '@/lib/agent/observer/intake'
import { traitsOf } from '@/lib/agent/observer/traits'
import { causes } from '@/lib/causes/index.gen'
import { checks } from '@/lib/checks/index.gen'
import type { Answer, KubeObject } from '@/lib/collector'
import { compareNodes } from '@/lib/engine/compare-nodes'
import { Model } from '@/lib/engine/model'
import { profiles } from '@/lib/profiles/index.gen'
import { median, type Part, table } from './part'

const EVENTS = 20

/** The engine alone, in this process: facts of the whole fleet in, reports out. */
export const judgePart: Part = {
  id: 'judge',
  title: 'Judging the fleet',
  limitSec: 240,
  async run({ nodes }) {
    const world = fleetScenario(nodes).stages[0]?.world()
    if (!world) throw new Error('the fleet has no stage')
    const model = new Model({ collectors, checks, causes })
    const now = new Date().toISOString()
    const time = { now, steadyMs: 0 }
    const feeding = timed(() => feedCluster(model, world, now))
    const names = world.replicas?.map((replica) => replica.name) ?? []
    model.setNodes(names)
    feedNodes(model, world, now)
    const compared = timed(() =>
      model.setFleet(compareNodes(names.map((name) => traitsOf(name, sources(model, name))))),
    )
    const judge = () => {
      const dirty = model.takeDirty(time)
      const ms = timed(() => {
        for (const name of dirty) model.judge(name, { ...time, previous: {}, running: [], proof: null, stale: false })
      })
      return { count: dirty.length, ms }
    }
    const cold = judge()
    for (const name of names) model.markDirty(name)
    const again = judge()
    const pods = world.objects.filter((object) => object.kind === 'Pod' && names.includes(nodeOf(object)))
    const podEvents = Array.from({ length: EVENTS }, (_, at) => {
      const pod = pods[(at * 997) % pods.length]
      if (pod) model.upsert('pods', keyOf(pod), { ...pod, metadata: { ...pod.metadata, resourceVersion: `e${at}` } })
      return judge()
    })
    const policy = world.objects.find((object) => object.kind === 'NicClusterPolicy')
    if (policy) model.upsert('nicClusterPolicies', keyOf(policy), { ...policy, metadata: { ...policy.metadata } })
    const wide = judge()
    const each = (done: { count: number; ms: number }) => `${(done.ms / Math.max(1, done.count)).toFixed(2)} ms a node`
    return [
      `${names.length} nodes, ${checks.length} checks, ${causes.length} causes, in one process without I/O; all evidence read by the real collectors.`,
      '',
      table(
        ['what', 'measured'],
        [
          [`${world.objects.length} Kubernetes objects projected and indexed`, `${(feeding / 1_000).toFixed(2)} s`],
          ['fleet facts (majorities, shared rails, duplicate GUIDs)', `${compared.toFixed(0)} ms`],
          [`${cold.count} nodes judged, cold`, `${(cold.ms / 1_000).toFixed(2)} s, ${each(cold)}`],
          [`${again.count} judged again, nothing changed`, `${(again.ms / 1_000).toFixed(2)} s, ${each(again)}`],
          [
            'after one pod event (median of 20)',
            `${median(podEvents.map((event) => event.count))} node judged, ${median(podEvents.map((event) => event.ms)).toFixed(1)} ms`,
          ],
          [
            'after one event of the NicClusterPolicy',
            `${wide.count} judged, ${(wide.ms / 1_000).toFixed(2)} s, ${each(wide)}`,
          ],
        ],
      ),
    ].join('\n')
  },
}

function timed(work: () => void): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

function feedCluster(model: Model, world: World, now: string): void {
  const byKind = new Map<string, KubeObject[]>()
  for (const object of world.objects) {
    const list = byKind.get(object.kind ?? '') ?? []
    list.push(object)
    byKind.set(object.kind ?? '', list)
  }
  for (const collector of collectors) {
    if (collector.via !== 'kube') continue
    for (const object of byKind.get(collector.read.kind) ?? []) model.upsert(collector.id, keyOf(object), object)
    model.setCollection(collector.id, { status: 'ok', at: now, seenMs: 0 })
  }
}

/** What the nodes say: the sections' real scripts run once in each shared tree, then every machine's own words. */
function feedNodes(model: Model, world: World, now: string): void {
  const readers = nodeCollectors(collectors)
  const profile = profiles.find((each) => each.id === 'dgx-b200') ?? null
  for (const template of world.templates ?? []) {
    const root = mkdtempSync(join(tmpdir(), 'cairn-bench-tree-'))
    writeTree(root, template.spec)
    const said = new Map(readers.flatMap((collector) => sectionsSaid(collector, root)))
    rmSync(root, { recursive: true, force: true })
    for (const replica of world.replicas ?? []) {
      if (replica.template !== template.id || replica.off) continue
      model.setProfile(replica.name, profile)
      const own = (text: string) =>
        replica.words.template.reduce((made, word, at) => made.replaceAll(word, replica.words.own[at] ?? ''), text)
      for (const collector of readers) {
        const reads = Object.keys(collector.reads)
        const answers: Record<string, Answer> = {}
        for (const read of reads)
          answers[read] = { text: own(said.get(`${collector.id}.${read}`) ?? ''), stderr: '', exitCode: 0, cut: false }
        const refs = reads.map((read) => ({
          id: `${collector.id}.${read}`,
          via: 'node' as const,
          status: 'ok' as const,
          at: now,
        }))
        model.setNodeFact(replica.name, collector.id, {
          status: 'ok',
          value: collector.parse(answers),
          at: now,
          seenMs: 0,
          refs,
        })
      }
    }
  }
}

function sectionsSaid(collector: AnyNodeCollector, root: string): [string, string][] {
  return Object.entries(collector.reads).map(([name, read]) => {
    const text = execFileSync('/bin/sh', ['-c', `R=$CAIRN_ROOT; priv() { sudo -n "$@"; }\n${read.script}\nexit 0`], {
      env: childEnvironment({ CAIRN_ROOT: root, PATH: `${root}/bin:/usr/bin:/bin` }),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return [`${collector.id}.${name}`, text]
  })
}

function sources(model: Model, name: string): Parameters<typeof traitsOf>[1] {
  const value = (id: string) => {
    const fact = model.nodeFact(name, id)
    return fact?.status === 'ok' ? fact.value : null
  }
  return { node: null, profile: null, host: value('host'), infiniband: value('infiniband') } as Parameters<
    typeof traitsOf
  >[1]
}

function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

function nodeOf(object: KubeObject): string {
  const spec = object.spec as { nodeName?: string } | undefined
  return spec?.nodeName ?? ''
}
