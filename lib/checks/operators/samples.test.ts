import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readObjects } from '@/collectors/cluster/kubernetes/parse'
import { factsOfObjects, nodesOfObjects } from '@/collectors/cluster/objects'
import { formats } from '@/collectors/formats.gen'
import { collectors } from '@/collectors/index.gen'
import type { JudgedVerdict } from '@/lib/cause'
import { causes } from '@/lib/causes/index.gen'
import type { AnyCheck } from '@/lib/check'
import { checks as typed } from '@/lib/checks/index.gen'
import { evaluate } from '@/lib/engine/evaluate'
import { findCauses } from '@/lib/engine/find-causes'
import { toCapture } from '@/lib/explain/capture'

const SAMPLES = '../shared/samples'
const checks: readonly AnyCheck[] = typed
const OURS = new Set(
  checks
    .filter((check) => check.level === 'operators' || /^(?:mpijob|workload|old-)/.test(check.id))
    .map((check) => check.id),
)
const LOGS = ['config-daemon-log', 'rdma-plugin-log', 'sriov-plugin-log', 'ipam-log', 'helm-output']

interface Judged {
  /** `<check> <status>` and causes, over all nodes. */
  statuses: Map<string, Set<string>>
  causes: Set<string>
  text: string
}

/** Judges facts as the explain driver does: node checks per node, cluster checks once. */
function judge(facts: (node: string | null) => Readonly<Record<string, unknown>>, nodes: readonly string[]): Judged {
  const statuses = new Map<string, Set<string>>()
  const found = new Set<string>()
  let text = ''
  for (const node of nodes.length > 0 ? nodes : [null]) {
    const verdicts: Record<string, JudgedVerdict> = {}
    for (const check of checks) {
      const given = facts(check.scope === 'cluster' ? null : node)
      if (!check.needs.every((id) => id in given) || (check.anyOf && !check.anyOf.some((id) => id in given))) continue
      const table = Object.fromEntries(
        Object.entries(given).map(([id, value]) => [id, { status: 'ok' as const, value, at: null, refs: [] }]),
      )
      const { state, verdict, why } = evaluate(check, table, { node, profile: null })
      verdicts[check.id] = {
        ...verdict,
        check: check.id,
        level: check.level,
        status: state,
        summary: verdict?.summary ?? why,
      }
      statuses.set(check.id, new Set([...(statuses.get(check.id) ?? []), state]))
      if (state === 'fail' || state === 'warn') text += JSON.stringify(verdict)
    }
    for (const each of findCauses(causes, { node, profile: null, verdicts, facts: facts(node) })) found.add(each.id)
  }
  return { statuses, causes: found, text }
}

function judgeObjects(...texts: string[]): Judged {
  const read = texts.map((text) => readObjects(toCapture(text)))
  const objects = read.flatMap((each) => each.objects)
  const lists = read.flatMap((each) => each.lists)
  return judge(
    (node) => factsOfObjects(objects, collectors, node === null ? { lists } : { lists, node }),
    nodesOfObjects(objects, collectors),
  )
}

interface Sample {
  file: string
  kind: string
  as?: string
  verdict?: string
  faults?: string[][]
  accept?: string[]
  notSay?: string[]
  notPass?: string[]
}

const index = join(SAMPLES, 'k8s/INDEX.json')
const samples: Sample[] = existsSync(index) ? JSON.parse(readFileSync(index, 'utf8')) : []
const mine = samples.filter((each) => each.as === undefined && (each.kind === 'k8s' || LOGS.includes(each.kind)))

describe.skipIf(samples.length === 0)('samples of Kubernetes objects and logs (skipped without ../shared)', () => {
  it.each(mine.map((each) => [each.file, each] as const))('%s', (file, sample) => {
    const text = readFileSync(join(SAMPLES, 'k8s', file), 'utf8')
    const judged = sample.kind === 'k8s' ? judgeObjects(text) : judgeLog(sample.kind, text)
    const failing = [...judged.statuses].filter(([id, states]) => OURS.has(id) && states.has('fail')).map(([id]) => id)
    if (sample.verdict === 'pass') expect(failing).toEqual([])
    for (const id of sample.notSay ?? []) {
      expect(failing).not.toContain(id)
      expect([...judged.causes]).not.toContain(id)
    }
    for (const id of sample.notPass ?? [])
      if (OURS.has(id)) expect([...(judged.statuses.get(id) ?? [])]).not.toContain('pass')
    const wanted = { fail: ['fail'], warn: ['warn', 'fail'] }[sample.verdict ?? ''] ?? []
    for (const group of sample.faults ?? []) {
      if (!group.some((id) => OURS.has(id))) continue
      const states = group.flatMap((id) => [...(judged.statuses.get(id) ?? [])])
      expect(
        states.some((state) => [...wanted, ...(sample.accept ?? [])].includes(state)),
        `${group}: ${states}`,
      ).toBe(true)
    }
  })
})

function judgeLog(kind: string, text: string): Judged {
  const capture = toCapture(text)
  const best = [...formats].sort((a, b) => b.recognise(capture) - a.recognise(capture))[0]
  expect(best?.kind).toBe(kind)
  const parsed = best?.parse(capture)
  expect(parsed?.status).toBe('ok')
  const provides: unknown = best && 'provides' in best ? best.provides : undefined
  const facts: unknown = typeof provides === 'function' ? provides(parsed?.facts) : {}
  return judge(() => Object.fromEntries(Object.entries(facts ?? {})), [])
}

/** What the READMEs of the recorded clusters call the right diagnosis, and what would be wrong to say. */
const RECORDED: Record<
  string,
  { fail?: string[]; warn?: string[]; not?: string[]; causes?: string[]; notCauses?: string[] }
> = {
  '01-': { not: [...OURS] },
  '02-': { warn: ['second-policy-ignored'], not: [...OURS] },
  '03-': {
    fail: ['ignored-component-needed'],
    not: ['wrong-image-name', 'nic-cluster-policy-not-ready', 'component-not-on-node'],
    causes: ['secondary-network-not-deployed'],
    notCauses: ['rdma-plugin-not-deployed', 'ipam-image-name'],
  },
  '04-': { not: [...OURS] },
  '05-': { not: [...OURS] },
  '06-': {
    fail: ['daemonset-short-of-nodes'],
    not: ['component-not-on-node', 'nic-cluster-policy-not-ready', 'ignored-component-needed'],
  },
  '08-': { not: ['component-not-on-node', 'deployment-not-available', 'nic-cluster-policy-not-ready'] },
  '09-': {
    fail: ['rdma-plugin-config', 'component-not-on-node'],
    not: ['wrong-image-name', 'image-pull-denied'],
    causes: ['device-plugin-config'],
    notCauses: ['device-plugin-down', 'mofed-wait-label'],
  },
  '10-': {
    fail: ['webhook-without-backend'],
    not: ['deployment-not-available', 'operator-crash-loop'],
    causes: ['webhook-blocks-changes'],
  },
  '11-': {
    fail: ['wrong-image-name', 'ignored-component-needed'],
    not: ['image-pull-denied', 'staging-image', 'rdma-plugin-config'],
    causes: ['ipam-image-name', 'secondary-network-not-deployed'],
    notCauses: ['rdma-plugin-not-deployed', 'image-registry-access', 'device-plugin-down', 'operator-down'],
  },
  '12-': {
    warn: ['version-skew'],
    not: ['wrong-image-name', 'ignored-component-needed', 'nic-cluster-policy-not-ready', 'component-not-on-node'],
    notCauses: ['ipam-image-name', 'secondary-network-not-deployed'],
  },
  '13-': {
    fail: ['ofed-driver-pod', 'component-not-on-node'],
    not: ['rdma-plugin-config', 'wrong-image-name', 'config-daemon-absent'],
    causes: ['mofed-wait-label'],
    notCauses: ['nfd-not-labelling', 'image-registry-access'],
  },
  '14-': {
    fail: ['component-not-on-node', 'config-daemon-absent'],
    not: ['ofed-driver-pod', 'rdma-plugin-config', 'ignored-component-needed'],
    causes: ['nfd-not-labelling'],
    notCauses: ['mofed-wait-label', 'device-plugin-down'],
  },
  '15-': {
    fail: ['wrong-policy-name'],
    not: ['operator-crash-loop', 'deployment-not-available'],
    notCauses: ['device-plugin-down', 'operator-down', 'nfd-not-labelling'],
  },
  '16-': { not: [...OURS] },
  '17-': {
    warn: ['mpijob-waiting'],
    not: ['mpijob-failed', 'mpijob-rejected', 'deployment-not-available'],
    notCauses: ['device-plugin-down'],
  },
  '18-': { fail: ['mpijob-failed'], not: ['mpijob-rejected'] },
  '19-': { fail: ['workload-refused'] },
  '20-': {
    fail: ['image-pull-denied', 'staging-image', 'ofed-driver-pod'],
    not: ['wrong-image-name', 'rdma-plugin-config'],
    causes: ['image-registry-access'],
    notCauses: ['mofed-wait-label', 'ipam-image-name'],
  },
  '21-': {
    fail: ['config-daemon-absent', 'daemonset-short-of-nodes'],
    not: ['nic-cluster-policy-not-ready', 'deployment-not-available'],
    notCauses: ['nfd-not-labelling', 'device-plugin-down', 'operator-down'],
  },
}

const folders = existsSync(join(SAMPLES, 'recorded'))
  ? readdirSync(join(SAMPLES, 'recorded')).filter((name) => /^\d\d-/.test(name))
  : []

describe.skipIf(folders.length === 0)('recorded clusters (skipped without ../shared)', () => {
  it.each(folders.filter((name) => RECORDED[name.slice(0, 3)]))('%s', (name) => {
    const texts = ['objects.yaml', 'events.json']
      .map((file) => join(SAMPLES, 'recorded', name, file))
      .filter((file) => existsSync(file))
    const judged = judgeObjects(...texts.map((file) => readFileSync(file, 'utf8')))
    const wants = RECORDED[name.slice(0, 3)] ?? {}
    for (const id of wants.fail ?? []) expect([...(judged.statuses.get(id) ?? [])], id).toContain('fail')
    for (const id of wants.warn ?? []) expect([...(judged.statuses.get(id) ?? [])], id).toContain('warn')
    for (const id of wants.not ?? []) expect([...(judged.statuses.get(id) ?? [])], id).not.toContain('fail')
    for (const id of wants.causes ?? []) expect([...judged.causes]).toContain(id)
    for (const id of wants.notCauses ?? []) expect([...judged.causes]).not.toContain(id)
  })
})
