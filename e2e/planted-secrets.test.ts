import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exported } from '@/components/share/export'
import { type Agent, compose } from '@/lib/agent/compose'
import { loadConfig } from '@/lib/agent/config'
import { createPorts } from '@/lib/agent/create-ports'
import { callSocket } from '@/lib/agent/http/fixtures/running-agent'
import { createLog } from '@/lib/agent/log'
import type { KubeObject } from '@/lib/collector'
import type { CausePage, EvidencePage, NodePage } from '@/lib/contract/api'
import { INTERNAL_HOST } from '@/lib/contract/internal-host'
import type { FrozenPage, SnapshotPreview } from '@/lib/contract/snapshots'
import { plant } from '@/lib/fixtures/secret-corpus'
import { toMarkdown } from '@/lib/frozen/markdown'
import { type Lab, startLab } from './lab/lab'
import type { World } from './lab/scenario/scenario'
import { seedScenario } from './lab/scenario/seed'

/**
 * SEC-26 from end to end: every credential of the corpus is planted in every text of a cluster that Cairn reads (messages, annotations,
 * variables, images, component logs, kernel logs, kernel command lines, tools), and none may come out anywhere.
 */
const HOST = '127.0.0.1:3000'
const ORIGIN = `http://${HOST}`
const folder = mkdtempSync(join(tmpdir(), 'cairn-planted-'))
const PLACES = {
  message: 1,
  annotation: 2,
  variable: 3,
  image: 4,
  log: 5,
  kernel: 6,
  cmdline: 7,
  tool: 8,
  argument: 9,
  label: 10,
}
const SECRETS = Object.values(PLACES).flatMap((place) => plant(place).map((one) => one.secret))
const all = (place: number) => plant(place).map((one) => one.text)
const line = (place: number) => all(place).join(' | ').replaceAll('\n', ' ')

let lab: Lab
let agent: Agent
let cookie = ''
let csrf = ''
const logged: string[] = []

/** A copy of an object with secrets in each of its texts. */
function planted(object: KubeObject): KubeObject {
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') {
      if (['message', 'note', 'lastSyncError', 'description'].includes(key)) return `${value} ${line(PLACES.message)}`
      return value
    }
    if (Array.isArray(value)) {
      const list = value.map((one) => walk(one, key))
      return key === 'args' || key === 'command' ? [...list, ...all(PLACES.argument)] : list
    }
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name)]))
  }
  const copy = walk(object, '') as KubeObject
  copy.metadata.annotations = {
    ...copy.metadata.annotations,
    ...Object.fromEntries(all(PLACES.annotation).map((text, at) => [`ops.example/note-${at}`, text])),
  }
  if (copy.kind !== 'Pod') return copy
  const spec = copy.spec as { containers: { env?: unknown[]; image?: string }[] }
  for (const container of spec.containers)
    container.env = [
      ...(container.env ?? []),
      ...plant(PLACES.variable).map(({ secret }, at) => ({ name: `SITE_${at}_TOKEN`, value: secret })),
    ]
  return copy
}

/** Events as kubelet and scheduler write them, each with one credential in its message. */
function events(pod: KubeObject): KubeObject[] {
  return plant(PLACES.image).map(({ text }, at) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `planted.${at}`, namespace: pod.metadata.namespace ?? 'default', uid: `planted-${at}` },
    type: 'Warning',
    reason: at % 2 === 0 ? 'Failed' : 'FailedScheduling',
    message: `Failed to pull image "${text}": rpc error: unauthorized ${text}`,
    count: 3,
    firstTimestamp: new Date().toISOString(),
    lastTimestamp: new Date().toISOString(),
    involvedObject: {
      kind: 'Pod',
      name: pod.metadata.name,
      namespace: pod.metadata.namespace ?? 'default',
      uid: pod.metadata.uid,
    },
  }))
}

function poisoned(world: World): World {
  const pods = world.objects.filter((object) => object.kind === 'Pod')
  const now = new Date().toISOString()
  return {
    ...world,
    objects: [...world.objects.map(planted), ...pods.slice(0, 2).flatMap(events)],
    logs: Object.fromEntries(
      Object.entries(world.logs).map(([key, lines]) => [
        key,
        [
          ...lines,
          ...all(PLACES.log).flatMap((text) => [
            `${now} ERROR ${text}`,
            `{"level":"error","ts":"${now}","msg":${JSON.stringify(text)}}`,
          ]),
        ],
      ]),
    ),
    nodes: world.nodes.map((node) => ({
      ...node,
      kernel: node.kernel,
      tools: Object.fromEntries(
        Object.entries(node.tools).map(([tool, text]) => [tool, `${text}\n# ${line(PLACES.tool)}\n`]),
      ),
    })),
  }
}

async function call(path: string, body?: unknown): Promise<string> {
  const answer = await callSocket(join(folder, 'agent.sock'), {
    method: body === undefined ? 'GET' : 'POST',
    path: `/api/v1${path}`,
    headers: {
      host: HOST,
      origin: ORIGIN,
      cookie,
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      'x-cairn-csrf': csrf,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text.slice(0, 300)}`)
  return answer.text
}
const json = async <T>(path: string, body?: unknown): Promise<T> => JSON.parse(await call(path, body)) as T

/** Secrets that a text holds, each with what stands before it. */
function leaks(text: string): string[] {
  return SECRETS.flatMap((secret) => {
    const at = text.indexOf(secret)
    return at < 0 ? [] : [text.slice(Math.max(0, at - 60), at + secret.length)]
  }).slice(0, 5)
}

beforeAll(async () => {
  const seed = seedScenario()
  const stages = seed.stages.map((stage) => ({ ...stage, world: () => poisoned(stage.world()) }))
  lab = await startLab({ scenario: { ...seed, stages }, folder })
  const config = loadConfig(lab.configPath, {})
  agent = await compose({
    config: { ...config, store: { ...config.store, path: join(folder, 'store') } },
    socketPath: join(folder, 'agent.sock'),
    version: '0.0.0',
    clock: { now: () => new Date() },
    log: createLog({ write: (text: string) => void logged.push(text) }),
    createPorts,
  })
  const answer = await callSocket(join(folder, 'agent.sock'), {
    method: 'POST',
    path: '/api/v1/login',
    headers: { host: HOST, origin: ORIGIN, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ token: agent.newLaunchToken() }),
  })
  cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  csrf = (JSON.parse(answer.text) as { csrf: string }).csrf
  for (let left = 240; left > 0; left -= 1) {
    const page = await json<NodePage>('/nodes/dgx030').catch(() => null)
    if (page && page.report.readAt !== null && page.report.causes.length > 0 && !page.report.stale) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error('dgx030 was never judged')
}, 120_000)

afterAll(async () => {
  await agent.stop()
  await lab.close()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

describe('planted secrets never leave', { timeout: 120_000 }, () => {
  it('not on pages, nor in the evidence behind them', async () => {
    let markers = 0
    for (const name of ['dgx030', 'dgx031']) {
      const text = await call(`/nodes/${name}`)
      expect(leaks(text)).toEqual([])
      markers += text.split('[redacted:').length - 1
      for (const check of (JSON.parse(text) as NodePage).report.checks) {
        const evidence = await call(`/nodes/${name}/evidence?check=${check.id}`)
        expect([check.id, leaks(evidence)]).toEqual([check.id, []])
        markers += (JSON.parse(evidence) as EvidencePage).evidence.filter((one) =>
          one.text.includes('[redacted:'),
        ).length
      }
    }
    for (const path of ['/fleet', '/causes', '/doctor', '/checks', '/runs']) expect(leaks(await call(path))).toEqual([])
    // The corpus did arrive: its places are seen, emptied.
    expect(markers).toBeGreaterThan(20)
  })

  it('not in previews, frozen pages, Markdown, JSON or exports, masked or not; a frozen page is its preview', async () => {
    const { causes } = await json<{ causes: { signature: string }[] }>('/causes')
    expect(causes.length).toBeGreaterThan(0)
    const subjects = [
      { kind: 'node', name: 'dgx030' },
      { kind: 'node', name: 'dgx031' },
      ...causes.map(({ signature }) => ({ kind: 'cause', signature })),
    ]
    for (const subject of subjects)
      for (const mask of [false, true]) {
        const text = await call('/snapshots/preview', { subject, mask })
        expect(leaks(text)).toEqual([])
        const preview = JSON.parse(text) as SnapshotPreview
        const { url } = await json<{ url: string }>('/snapshots', { previewId: preview.previewId, expiresIn: '1h' })
        const frozen = await callSocket(join(folder, 'agent.sock'), {
          path: `/api/v1/frozen/${url.split('/s/')[1]}`,
          headers: { host: INTERNAL_HOST },
        })
        const page = JSON.parse(frozen.text) as FrozenPage
        expect(page.content).toEqual(preview.content)
        expect(leaks(toMarkdown(page.content))).toEqual([])
        const own = /reader\.kubeconfig|id_ed25519|known_hosts|cairn\.yaml|agent\.sock/
        expect(JSON.stringify(page.content)).not.toMatch(own)
        expect(JSON.stringify(page.content)).not.toContain(folder)
        if (mask) expect(JSON.stringify(page.content) + toMarkdown(page.content)).not.toMatch(/dgx03|127\.77\./)
      }
    for (const name of ['dgx030', 'dgx031']) {
      const page = await json<NodePage>(`/nodes/${name}`)
      expect(leaks(JSON.stringify(exported({ page }, page.at, null)))).toEqual([])
    }
    for (const { signature } of causes) {
      const cause = await json<CausePage>(`/causes/${encodeURIComponent(signature)}`)
      expect(leaks(JSON.stringify(exported({ cause }, '', null)))).toEqual([])
    }
  })

  it('not in the audit log, the log of the agent, or the store', () => {
    expect(leaks(logged.join(''))).toEqual([])
    expect(leaks(readFileSync(join(folder, 'store', 'audit.jsonl'), 'utf8'))).toEqual([])
    for (const file of ['cairn.db', 'cairn.db-wal'])
      expect(leaks(readFileSync(join(folder, 'store', file), 'latin1'))).toEqual([])
  })

  it('has a corpus that names its places, so that a leak is found', () => {
    expect(new Set(SECRETS).size).toBeGreaterThan(Object.keys(PLACES).length * 15)
    expect(leaks(`x ${SECRETS[3]} y`)).toContain(`x ${SECRETS[3]}`)
  })
})
